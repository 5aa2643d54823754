import type { TargetId } from '../ids.js';
import type { Step, Tolerance } from '../plan/step.js';
import { ok } from '../result.js';
import { amountOf } from './amount.js';
import { impossible, type Strategy } from './strategy.js';
import type { RollingSpec } from './strategy-spec.js';

type Batch = readonly [TargetId, ...TargetId[]];

/** Batch after batch, each checked before the next; stops when more targets failed than are tolerated. */
export const rolling: Strategy<RollingSpec> = (spec, { targets, checked }) => {
  const total = targets.length;
  const asked = amountOf(spec.batchSize ?? 1, total, 'up');
  if (!(asked >= 1))
    return impossible('strategy.batchSize', 'expected at least one target a batch');
  const floor = amountOf(spec.maxUnavailable ?? total, total, 'down');
  if (!(floor >= 1)) {
    return impossible(
      'strategy.maxUnavailable',
      `${spec.maxUnavailable} of ${total} targets leaves no batch to take: expected room for at least one`,
    );
  }
  const tolerated = amountOf(spec.failureTolerance ?? 0, total, 'down');
  if (!(tolerated >= 0)) {
    return impossible('strategy.failureTolerance', 'expected a number of targets or a percentage');
  }
  if (tolerated >= total) {
    return impossible(
      'strategy.failureTolerance',
      `every one of the ${total} targets could fail: expected to tolerate fewer`,
    );
  }
  const tolerance: Tolerance = { failures: tolerated, of: 'plan' };
  const size = Math.min(asked, floor);
  const pause = spec.delay ?? 0;
  const steps = batches(targets, size).flatMap((batch, index): Step[] => [
    ...(index > 0 && pause > 0 ? [{ kind: 'wait', ms: pause } as const] : []),
    { kind: 'deploy', targets: batch, tolerance },
    ...settle(batch, tolerance, checked, spec.minHealthyTime ?? 0),
  ]);
  return ok(steps);
};

/** Healthy now, and still healthy after the time asked for. */
function settle(targets: Batch, tolerance: Tolerance, checked: boolean, ms: number): Step[] {
  const check: Step[] = checked ? [{ kind: 'check', targets, tolerance }] : [];
  return ms > 0 ? [...check, { kind: 'wait', ms }, ...check] : check;
}

function batches(targets: Batch, size: number): Batch[] {
  const found: [TargetId, ...TargetId[]][] = [];
  for (const target of targets) {
    const last = found.at(-1);
    if (last !== undefined && last.length < size) last.push(target);
    else found.push([target]);
  }
  return found;
}
