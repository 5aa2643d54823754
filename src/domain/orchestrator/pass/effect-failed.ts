import { failedEffect } from '../../plan/conclusions/effect-failure.js';
import { boundTo } from '../bound-to.js';
import { type Pass, nextTry, type WaitUntil } from './pass.js';

export interface EffectFailure {
  readonly code: string;
  readonly message: string;
  readonly transient: boolean;
}

/** A router or a flag store failed, in a step or on the way back: when to try again, if it is to be tried again. */
export function effectFailed(pass: Pass, { code, message, transient }: EffectFailure): WaitUntil {
  const { journal, clock, log, abort } = pass;
  const { state } = journal.deployment;
  // Stopped by us: the intent stands, and the next run repeats it.
  if (abort.aborted) return null;
  log.error({ ...boundTo(journal.deployment), code, reason: message }, 'an effect failed');
  const step = state.status === 'executing' ? state.step : null;
  return nextTry(
    journal.report(failedEffect({ step, error: message, transient, at: clock.now() })),
  );
}

/** What this worker has not, another may have: the way back waits for one. */
export const notHere = (pass: Pass, what: 'router' | 'flag store'): WaitUntil =>
  effectFailed(pass, {
    code: what === 'router' ? 'router/rejected' : 'flag/rejected',
    message: `no ${what} is configured for this service here`,
    transient: pass.journal.deployment.state.status === 'rolling_back',
  });
