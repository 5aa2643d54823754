import type { AutomationHold } from '../policy/hold.js';
import { type Deployment, tookVersion, unrestoredTargets } from './deployment.js';
import type { DeploymentId, ServiceName, EnvironmentName, Version } from '../ids.js';

/** The deployment whose version is live and good. */
export interface ActiveDeployment {
  readonly environment: EnvironmentName;
  readonly service: ServiceName;
  /** `null` while it is unknown: then no version is on every target, and `show` tells which is where. */
  readonly version: Version | null;
  readonly deploymentId: DeploymentId;
  /** Epoch milliseconds. */
  readonly since: number;
}

/**
 * What an ending does to the service's active deployment and its stack.
 *
 * `activate`: on top of the stack. `restore`: this deployment's own entry is
 * taken away, and what lies under it is active again. `settle`: so it is too
 * where nobody knew what was active, for every target has it. `doubt`: its own
 * entry is taken away, and not every target has what lies under it. `unknown`:
 * the targets are left with different versions.
 */
export type ServiceEffect =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'activate';
      readonly active: ActiveDeployment;
      /** Kept on the stack: what a later rollback goes back to, tolerated failures or not. */
      readonly good: ActiveDeployment;
    }
  | { readonly kind: 'restore' | 'settle'; readonly automationHold?: AutomationHold }
  | {
      readonly kind: 'doubt' | 'unknown';
      readonly active: ActiveDeployment;
      readonly automationHold?: AutomationHold;
    };

const NONE: ServiceEffect = { kind: 'none' };

/** @param before the deployment before the ending: it knows what made it go back */
export function serviceEffect(after: Deployment, at: number, before: Deployment): ServiceEffect {
  const entry: ActiveDeployment = {
    environment: after.environment,
    service: after.service,
    version: after.version,
    deploymentId: after.id,
    since: at,
  };
  const held = automationHold(before, after, at);
  switch (after.state.status) {
    case 'completed': {
      const active = tookVersion(after) ? entry : { ...entry, version: null };
      return { kind: 'activate', active, good: entry };
    }
    case 'rolled_back':
      return after.state.astray === undefined
        ? { kind: 'settle', ...held }
        : { kind: 'doubt', active: { ...entry, version: null }, ...held };
    case 'failed':
      if (after.state.overtaken) return NONE;
      if (unrestoredTargets(after).length === 0) return { kind: 'restore', ...held };
      // Not one target left its version, where all that was tried was to put it there again.
      return after.succeeded && tookVersion(after)
        ? NONE
        : { kind: 'unknown', active: { ...entry, version: null }, ...held };
    case 'draft':
    case 'approved':
    case 'executing':
    case 'verifying':
    case 'paused':
    case 'rolling_back':
    case 'cancelled':
      return NONE;
  }
}

/** A service whose version goes back: what was active, and what is on top of the stack now. */
interface GoingBack<T> {
  readonly id: DeploymentId;
  /** Whether its own entry was on top. */
  readonly mine: boolean;
  readonly active: T;
  readonly below: T;
}

/** What is active after an ending that puts nothing new there. */
export function activeAfter<T extends ActiveDeployment | null | undefined>(
  effect: Exclude<ServiceEffect, { readonly kind: 'none' | 'activate' }>,
  { id, mine, active, below }: GoingBack<T>,
): T | ActiveDeployment {
  const its = mine || active?.deploymentId === id;
  switch (effect.kind) {
    case 'unknown':
      return effect.active;
    case 'doubt':
      return its ? effect.active : active;
    case 'restore':
      return mine ? below : active;
    case 'settle':
      return its || (active?.version === null && below) ? below : active;
  }
}

function automationHold(
  before: Deployment,
  after: Deployment,
  since: number,
): { readonly automationHold?: AutomationHold } {
  if (before.state.status !== 'rolling_back' || before.state.cause !== 'failure') return {};
  if (after.plan.policy.afterRollback !== 'hold_automation') return {};
  return { automationHold: { reason: before.state.reason, since, deploymentId: after.id } };
}
