import { gateTimeout } from '../../plan/machine/gate-rules.js';
import type { ExecutingState } from '../../model/deployment/plan-state.js';
import type { GateStep } from '../../model/plan/step.js';
import type { Pass, WaitUntil } from '../pass/pass.js';

/** A gate without a timeout is looked at this often, so that what waits is never forgotten. */
const LOOK_AGAIN_MS = 86_400_000;

/** Reaches the gate, and lets its timeout decide when nobody promotes. */
export function passGate({ journal, clock }: Pass, gate: GateStep, at: ExecutingState): WaitUntil {
  const { step, gate: open } = at;
  const now = clock.now();
  const until = open?.until ?? (gate.timeout === null ? null : now + gate.timeout);
  if (open === undefined) {
    journal.report({ type: 'deployment.gate_reached', step, name: gate.name, until });
  }
  if (until === null) return now + LOOK_AGAIN_MS;
  if (now < until) return until;
  journal.report(gateTimeout(step, now));
  return null;
}
