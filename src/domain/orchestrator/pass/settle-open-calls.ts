import type { TargetId } from '../../model/ids.js';
import { targetIn } from '../../model/deployment/deployment.js';
import type { OpenCall } from '../../model/target-status.js';
import { allToTheirEnds, earliest, type Leg, type Rest } from './leg.js';

/**
 * Sees to it that nothing of another deployment is still going on at these
 * targets: one that was halted, or given up, may have left a call behind whose
 * worker is gone. Answers when to look again.
 *
 * @param own targets that are given up: calls of this deployment are settled there too
 */
export async function settleOpenCalls(leg: Leg, own: readonly TargetId[] = []): Promise<Rest> {
  const { journal, clock } = leg;
  const { id } = journal.deployment;
  if (journal.service.targets.count('called') === 0) return null;
  const givenUp = new Set(own);
  const orphaned = [...journal.service.targets].flatMap(([target, { call }]) =>
    call === null || (call.deploymentId === id && !givenUp.has(target)) ? [] : [{ target, call }],
  );
  const rests = await allToTheirEnds(
    orphaned.map(async ({ target, call }) => {
      const wait = await settle(leg, target, call);
      if (wait > 0) return clock.now() + wait;
      journal.report({ type: 'deployment.call_settled', target });
      return null;
    }),
  );
  return earliest(rests);
}

function settle(
  { journal, driver, abort }: Leg,
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
