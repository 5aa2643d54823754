import type { Step, Tolerance } from '../plan/step.js';
import { ok } from '../result.js';
import { amountOf } from './amount.js';
import { impossible, type Strategy } from './strategy.js';
import type { CanarySpec } from './strategy-spec.js';

export const DEFAULT_STAGES: readonly number[] = [10, 25, 50, 100];
const DEFAULT_THRESHOLD = 0.95;

/** Stage after stage of targets, rounded up; each but the last is watched for a while and checked again. */
export const canary: Strategy<CanarySpec> = (spec, { targets, checked }) => {
  const stages = spec.stages ?? DEFAULT_STAGES;
  const threshold = spec.successThreshold ?? DEFAULT_THRESHOLD;
  const wait = spec.wait ?? 0;
  if (!isRising(stages)) {
    return impossible(
      'strategy.stages',
      'expected rising percentages above 0 that end with 100, such as [10, 50, 100]',
    );
  }
  if (!(threshold >= 0 && threshold <= 1)) {
    return impossible('strategy.successThreshold', 'expected a share from 0 to 1');
  }
  const steps: Step[] = [];
  let reached = 0;
  for (const stage of stages) {
    const until = Math.max(1, amountOf(`${stage}%`, targets.length, 'up'));
    const [first, ...rest] = targets.slice(reached, until);
    // Few targets: a stage may round up to no more than the one before it had.
    if (first === undefined) continue;
    reached = until;
    const batch = [first, ...rest] as const;
    const tolerance: Tolerance = { failures: tolerated(batch.length, threshold), of: 'step' };
    const check: Step[] = checked ? [{ kind: 'check', targets: batch, tolerance }] : [];
    steps.push({ kind: 'deploy', targets: batch, tolerance }, ...check);
    const watched = wait > 0 && reached < targets.length;
    if (watched) steps.push({ kind: 'wait', ms: wait }, ...check);
  }
  return ok(steps);
};

/** The most that may fail with the share of the others still at the threshold. */
const tolerated = (size: number, threshold: number): number =>
  Math.floor(size * (1 - threshold) + 1e-9);

const isRising = (stages: readonly number[]): boolean =>
  stages.at(-1) === 100 && stages.every((stage, index) => stage > (stages[index - 1] ?? 0));
