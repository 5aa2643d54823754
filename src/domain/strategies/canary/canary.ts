import type { Tolerance } from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { batchesOf, checkOf, placed } from '../parts/batches.js';
import { besideCanary } from './canary-beside.js';
import { inPlaceCanary } from './canary-in-place.js';
import {
  type CanaryPace,
  DEFAULT_STAGES,
  reachedBy,
  targetStages,
  weightStages,
} from './canary-stages.js';
import { byTraffic, hasSpare, roomFor } from '../parts/capacity.js';
import { knownAnalyses, namesIn, type Stage, stageSteps, startsWithin } from '../parts/stages.js';
import {
  impossible,
  type PlanRefusal,
  type Strategy,
  type StrategyInput,
} from '../parts/strategy.js';
import type { CanarySpec } from '../../model/plan/strategy-spec.js';

const DEFAULT_THRESHOLD = 0.95;

/** Stage after stage of targets, of traffic, or of both; each but the last is watched for a while and checked again. */
export const canary: Strategy<CanarySpec> = (spec, input) => {
  const stages = spec.stages ?? DEFAULT_STAGES;
  const threshold = spec.successThreshold ?? DEFAULT_THRESHOLD;
  if (!(threshold >= 0 && threshold <= 1)) {
    return impossible('strategy.successThreshold', 'expected a share from 0 to 1');
  }
  // The other colour has no traffic while it is deployed to: nothing has to be taken out.
  const spare = byTraffic(spec) && hasSpare(input);
  const room = roomFor(spare ? undefined : spec.maxUnavailable, input);
  if (!room.ok) return room;
  const known = knownAnalyses(namesIn(spec.analysis, stages), input.analyses);
  if (!known.ok) return known;
  const within = startsWithin(spec.analysis, stages.length);
  if (!within.ok) return within;

  const pace = { room: room.value, tolerance: toleratedBy(threshold) };
  const compiled = byTraffic(spec) ? weighted(spec, input, pace) : counted(spec, input, pace);
  if (!compiled.ok) return compiled;
  return ok(stageSteps(compiled.value, { wait: spec.wait ?? 0, analysis: spec.analysis }));
};

function weighted(
  spec: CanarySpec,
  input: StrategyInput,
  pace: CanaryPace,
): Result<readonly Stage[], PlanRefusal> {
  if (!input.routed) {
    return impossible(
      spec.traffic === true ? 'strategy.traffic' : 'strategy.stages',
      'the service has no router that could move traffic: expected stages of targets only',
    );
  }
  const { colours } = input;
  const reaches = weightStages(spec.stages ?? DEFAULT_STAGES, colours !== null);
  if (!reaches.ok) return reaches;
  return colours === null
    ? inPlaceCanary(reaches.value, input, pace)
    : ok(besideCanary(reaches.value, colours, input.checked, pace));
}

function counted(
  { stages = DEFAULT_STAGES }: CanarySpec,
  { targets, checked, capacities }: StrategyInput,
  { room, tolerance }: CanaryPace,
): Result<readonly Stage[], PlanRefusal> {
  const reaches = targetStages(stages);
  if (!reaches.ok) return reaches;
  let reached = 0;
  return ok(
    reaches.value.map((reach): Stage => {
      const until = Math.max(reached, reachedBy(reach.targets, targets.length));
      const added = targets.slice(reached, until);
      reached = until;
      return {
        number: reach.number,
        settings: reach.settings,
        steps: batchesOf(added, room, capacities).flatMap((batch) =>
          placed(batch, tolerance(batch.length), checked),
        ),
        recheck: checkOf(added, tolerance(added.length), checked),
        targets: targets.slice(0, reached),
        baseline: targets.slice(reached),
      };
    }),
  );
}

/** The most that may fail with the share of the others still at the threshold. */
const toleratedBy =
  (threshold: number) =>
  (size: number): Tolerance => ({
    failures: Math.floor(size * (1 - threshold) + 1e-9),
    of: 'step',
  });
