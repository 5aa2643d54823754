import { boundTo } from '../bound-to.js';
import type { Leg, Rest } from './leg.js';

export interface EffectFailure {
  readonly code: string;
  readonly message: string;
  readonly transient: boolean;
}

/** A router or a flag store failed in a step: when to try again, if it is to be tried again. */
export function effectFailed(leg: Leg, { code, message, transient }: EffectFailure): Rest {
  const { journal, clock, log, abort } = leg;
  // Stopped by us: the intent stands, and the next run repeats it.
  if (abort.aborted) return null;
  log.error({ ...boundTo(journal.deployment), code, reason: message }, 'a step failed');
  journal.submit({ type: 'fail_step', error: message, transient, at: clock.now() });
  const { state } = journal.deployment;
  return state.status === 'executing' ? state.waitUntil : null;
}
