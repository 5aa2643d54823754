import type { Verification } from '../../model/verification.js';
import { UNCHECKED } from '../../health/judge-health.js';
import type { TargetId, Version } from '../../model/ids.js';
import { deadlineReason, missedDeadline } from '../../plan/deadlines.js';
import { everyTarget, progressOf } from '../../model/deployment/deployment.js';
import { failed } from '../../plan/machine/failure.js';
import { verificationEnd } from '../../plan/conclusions/verification-end.js';
import { dropOldFlags } from './drop-old-flags.js';
import { countOld } from '../pass/count-old.js';
import { type Pass, nextTry, type WaitUntil } from '../pass/pass.js';

/** Runs the service's checks on every target that took the version, and judges. */
export async function verifyTargets(pass: Pass): Promise<WaitUntil> {
  const { journal, clock, abort } = pass;
  const { state, plan, version } = journal.deployment;
  if (state.status !== 'verifying') return null;
  if (state.waitUntil !== null && state.waitUntil > clock.now()) return state.waitUntil;
  const missed = missedDeadline(journal.deployment, clock.now());
  if (missed !== undefined) {
    journal.report(failed(deadlineReason(missed)));
    return null;
  }
  const updated = plan.targets
    .map(({ id }) => id)
    .filter((id) => progressOf(journal.deployment, id).state === 'updated');
  const verification = await lookAt(pass, new Map(updated.map((id) => [id, version])));
  if (abort.aborted) return null;
  await countOld(pass);
  if (verification.status === 'healthy' || verification.status === 'degraded') {
    await dropOldFlags(pass);
    // It begins anew: what is half done is done first.
    if (abort.aborted) return null;
  }
  return nextTry(journal.report(verificationEnd(verification, clock.now())));
}

/**
 * The optimistic healthy is only for services that have no checker at all.
 *
 * @param versions what each of these is to run
 */
export function lookAt(
  { journal, checker, abort }: Pass,
  versions: ReadonlyMap<TargetId, Version>,
): Promise<Verification> {
  if (checker === null) return Promise.resolve(UNCHECKED);
  const { service, environment, plan } = journal.deployment;
  const subjects = everyTarget(plan).flatMap((target) => {
    const version = versions.get(target.id);
    return version === undefined ? [] : [{ service, environment, version, target }];
  });
  return checker.runAllConcurrently(subjects, abort);
}
