import { boundTo } from '../bound-to.js';
import type { Pass, WaitUntil } from './pass.js';

export interface EffectFailure {
  readonly code: string;
  readonly message: string;
  readonly transient: boolean;
}

/** A router or a flag store failed in a step: when to try again, if it is to be tried again. */
export function effectFailed(pass: Pass, { code, message, transient }: EffectFailure): WaitUntil {
  const { journal, clock, log, abort } = pass;
  // Stopped by us: the intent stands, and the next run repeats it.
  if (abort.aborted) return null;
  log.error({ ...boundTo(journal.deployment), code, reason: message }, 'a step failed');
  journal.submit({ type: 'fail_step', error: message, transient, at: clock.now() });
  const { state } = journal.deployment;
  return state.status === 'executing' ? state.waitUntil : null;
}
