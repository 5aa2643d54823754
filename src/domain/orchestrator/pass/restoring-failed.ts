import { boundTo } from '../bound-to.js';
import type { EffectFailure } from './effect-failed.js';
import type { Pass, WaitUntil } from './pass.js';

/** A router or a flag store failed on the way back: when to try again. */
export function restoringFailed(pass: Pass, failure: Omit<EffectFailure, 'code'>): WaitUntil {
  const { journal, clock, log, abort } = pass;
  if (abort.aborted) return null;
  const { message, transient } = failure;
  log.error({ ...boundTo(journal.deployment), reason: message }, 'going back failed');
  journal.submit({ type: 'fail_restoring', error: message, transient, at: clock.now() });
  const { state } = journal.deployment;
  return state.status === 'rolling_back' ? (state.waitUntil ?? null) : null;
}
