import type { OpenGate } from '../../model/deployment/plan-state.js';
import type { Pass, WaitUntil } from '../pass/pass.js';

/** A gate without a timeout is looked at this often, so that what waits is never forgotten. */
const LOOK_AGAIN_MS = 86_400_000;

/** Opens the gate, and lets its timeout decide when nobody promotes. */
export function passGate({ journal, clock }: Pass, number: number): WaitUntil {
  journal.submit({ type: 'open_gate', step: number, at: clock.now() });
  const gate = openGateOf(journal.deployment.state);
  if (gate === null) return null;
  if (gate.until === null) return clock.now() + LOOK_AGAIN_MS;
  if (clock.now() < gate.until) return gate.until;
  journal.submit({ type: 'time_out_gate', step: number, at: clock.now() });
  return null;
}

function openGateOf(state: Pass['journal']['deployment']['state']): OpenGate | null {
  return state.status === 'executing' ? (state.gate ?? null) : null;
}
