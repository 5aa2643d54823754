import type { Deployment } from '../model/deployment/deployment.js';
import type { OpenGate } from '../model/deployment/plan-state.js';
import type { Holding } from './explanation.js';

/**
 * What is known from the deployment alone to keep it from going on until
 * somebody or something else lifts it.
 */
export function standingHold(deployment: Deployment): Holding | null {
  const { state } = deployment;
  switch (state.status) {
    case 'paused':
      return pauseHold(deployment, state);
    case 'executing':
      return state.gate ? gateHold(deployment, state.gate) : toldHold(deployment);
    case 'approved':
    case 'verifying':
    case 'rolling_back':
      return toldHold(deployment);
    case 'draft':
    case 'completed':
    case 'rolled_back':
    case 'failed':
    case 'cancelled':
      return null;
  }
}

/** What a worker last found to keep it from beginning or from going on. */
export function toldHold({ id, progress: { hold } }: Deployment): Holding | null {
  if (hold === null) return null;
  const { kind, reason, since, until, liftedBy } = hold;
  const overridden = kind === 'window' || kind === 'freeze';
  const command = overridden ? `signalbox override ${id} --reason …` : null;
  return { kind, reason, since, until, liftedBy, command };
}

export function pauseHold(
  { id }: Deployment,
  { reason, since }: { readonly reason: string; readonly since: number },
): Holding {
  return {
    kind: 'pause',
    reason: `it is paused: ${reason}`,
    since,
    until: null,
    liftedBy: 'anyone who resumes it',
    command: `signalbox resume ${id}`,
  };
}

export function gateHold({ id }: Deployment, { name, since, until }: OpenGate): Holding {
  return {
    kind: 'gate',
    reason: `gate ${name} waits to be promoted`,
    since,
    until,
    liftedBy: 'anyone who promotes it',
    command: `signalbox promote ${id}`,
  };
}
