import { type Deployment, deployedTargets, stepsOf } from '../../model/deployment/deployment.js';
import type { TargetId } from '../../model/ids.js';
import type { Step } from '../../model/plan/step.js';
import type { CanarySpec } from '../../model/plan/strategy-spec.js';
import {
  DEFAULT_STAGES,
  type Reach,
  reachedBy,
  targetStages,
  weightStages,
} from '../../strategies/canary/canary-stages.js';
import { byTraffic } from '../../strategies/parts/capacity.js';

/**
 * The stage at which a canary stopped, as its percentage: of the traffic where
 * the canary moves traffic, else of the targets; `null` of what did not stop.
 */
export function stoppedAtStage(deployment: Deployment): number | null {
  const { plan, progress } = deployment;
  const { brokenOffAt } = progress;
  if (plan.strategy.kind !== 'canary' || brokenOffAt === undefined) return null;
  const total = deployedTargets(deployment).length;
  const stages = reachesOf(plan.strategy, total < plan.targets.length);
  const reached = reachedAt(stepsOf(deployment).slice(0, brokenOffAt + 1));
  const stage = stages.find(
    ({ targets, weight }, at) =>
      at >= reached.stagesBefore &&
      reachedBy(targets, total) >= reached.targets &&
      weight >= reached.weight,
  );
  if (stage === undefined) return null;
  return byTraffic(plan.strategy) ? stage.weight : stage.targets;
}

function reachesOf(spec: CanarySpec, separate: boolean): readonly Reach[] {
  const stages = spec.stages ?? DEFAULT_STAGES;
  const reaches = byTraffic(spec) ? weightStages(stages, separate) : targetStages(stages);
  return reaches.ok ? reaches.value : [];
}

interface Reached {
  readonly targets: number;
  /** The part of the traffic that the new version was given, in percent. */
  readonly weight: number;
  /** So many stages were surely passed: something was watched or asked, and then more was done. */
  readonly stagesBefore: number;
}

function reachedAt(steps: readonly Step[]): Reached {
  const fresh = new Set<TargetId>();
  let [weight, stagesBefore, watched] = [0, 0, false];
  for (const step of steps) {
    const acts = step.kind === 'deploy' || step.kind === 'shift';
    if (acts && watched) stagesBefore += 1;
    if (step.kind === 'deploy') for (const id of step.targets) fresh.add(id);
    // Before the first batch the others are given everything: that is the old version's.
    if (step.kind === 'shift')
      weight = step.to.every((id) => fresh.has(id)) ? step.percent : weight;
    watched = acts ? false : watched || WATCHES.has(step.kind);
  }
  return { targets: fresh.size, weight, stagesBefore };
}

const WATCHES: ReadonlySet<Step['kind']> = new Set(['wait', 'gate', 'analyze']);
