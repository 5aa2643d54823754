import type { TargetObservation, UnsettledCall } from '../../ports/target-driver.js';
import { boundTo } from '../bound-to.js';
import type { Pass } from './pass.js';

/** Nobody is asked for longer than this: to make the call again is safe, and may be quicker. */
const PATIENCE_MS = 30_000;

/**
 * Whether the target shows that it took just this version by just this call: the
 * call then came to its end, and only its record is missing. To be asked of a
 * call that is settled. Whatever else is seen, or not seen, proves nothing: a
 * version may have been put there by anyone.
 */
export async function wasCarriedOut(pass: Pass, call: UnsettledCall): Promise<boolean> {
  const seen = await observe(pass, call);
  return (
    seen !== null &&
    seen.version === call.version &&
    seen.deploymentId === call.deploymentId &&
    seen.fence === call.fence
  );
}

async function observe(pass: Pass, call: UnsettledCall): Promise<TargetObservation | null> {
  const { driver, clock, journal, log } = pass;
  if (driver.observe === undefined) return null;
  const over = new AbortController();
  const signal = AbortSignal.any([pass.abort, over.signal]);
  try {
    const tooLate = clock.sleep(PATIENCE_MS, signal).then(() => null);
    return await Promise.race([driver.observe(call, signal), tooLate]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const bound = { ...boundTo(journal.deployment), target: call.target.id };
    log.warn({ ...bound, reason }, 'the target could not be observed');
    return null;
  } finally {
    over.abort('the call has ended');
  }
}
