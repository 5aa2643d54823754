import type { TargetId } from '../../model/ids.js';
import { targetIn } from '../../model/deployment/deployment.js';
import type { OpenCall } from '../../model/target-status.js';
import { allToTheirEnds, earliest, type Pass, type WaitUntil } from './pass.js';

/**
 * Sees to it that nothing of another deployment is still going on at these
 * targets: one that was halted, or given up, may have left a call behind whose
 * worker is gone. Answers when to look again.
 *
 * @param own targets that are given up: calls of this deployment are settled there too
 */
export async function settleOpenCalls(
  pass: Pass,
  own: readonly TargetId[] = [],
): Promise<WaitUntil> {
  const { journal, clock } = pass;
  const { id } = journal.deployment;
  if (journal.service.targets.count('called') === 0) return null;
  const givenUp = new Set(own);
  const orphaned = [...journal.service.targets].flatMap(([target, { call }]) =>
    call === null || (call.deploymentId === id && !givenUp.has(target)) ? [] : [{ target, call }],
  );
  const waits = await allToTheirEnds(
    orphaned.map(async ({ target, call }) => {
      const wait = await settle(pass, target, call);
      if (wait > 0) return clock.now() + wait;
      journal.report({ type: 'deployment.call_settled', target });
      return null;
    }),
  );
  return earliest(waits);
}

function settle(
  { journal, driver, abort }: Pass,
  target: TargetId,
  call: OpenCall,
): Promise<number> {
  const { service, environment, plan, previous } = journal.deployment;
  const { deploymentId, action, version, fence, worker, since } = call;
  return driver.settle(
    {
      ...{ service, environment, deploymentId, action, version, fence, worker },
      ...{ calledAt: since, previousVersion: previous?.version ?? null },
      target: targetIn(plan, target),
    },
    abort,
  );
}
