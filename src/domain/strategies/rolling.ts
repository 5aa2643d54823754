import type { Step } from '../model/plan/step.js';
import { ok } from '../model/result.js';
import { batchesOf, checkOf, paceOf, placed } from './parts/batches.js';
import { bounded } from './parts/plan-size.js';
import { knownAnalyses, type Stage, stageSteps } from './parts/stages.js';
import type { Strategy } from './parts/strategy.js';
import type { RollingSpec } from '../model/plan/strategy-spec.js';

/** Batch after batch, each checked before the next; stops when more targets failed than are tolerated. */
export const rolling: Strategy<RollingSpec> = (spec, input) => {
  const pace = paceOf(spec, input);
  if (!pace.ok) return pace;
  const { targets, checked, analyses, capacities } = input;
  const known = knownAnalyses([['strategy.analysis.name', spec.analysis?.name]], analyses);
  if (!known.ok) return known;
  const batches = batchesOf(targets, pace.value.room, capacities);
  // Each analysis names all targets: those that have the version, and those that don't yet.
  const compared = spec.analysis === undefined ? 0 : batches.length * targets.length;
  const size = bounded(compared);
  if (!size.ok) return size;

  const { tolerance } = pace.value;
  const delay = spec.delay ?? 0;
  const settling = spec.minHealthyTime ?? 0;
  let reached = 0;
  const stages = batches.map((batch, index): Stage => {
    reached += batch.length;
    const recheck = checkOf(batch, tolerance, checked);
    const pause: Step[] = index > 0 && delay > 0 ? [{ kind: 'wait', ms: delay }] : [];
    return {
      number: index + 1,
      settings: {
        ...(settling > 0 && { wait: settling }),
        ...(index === 0 && { gate: spec.pauseAfterFirst }),
      },
      steps: [...pause, ...placed(batch, tolerance, checked)],
      recheck,
      ...(compared > 0
        ? { targets: targets.slice(0, reached), baseline: targets.slice(reached) }
        : { targets: [], baseline: [] }),
    };
  });
  return ok(stageSteps(stages, { wait: 0, analysis: spec.analysis }));
};
