import type { AnalysisSpec } from '../../model/plan/analysis-spec.js';
import type { Step } from '../../model/plan/step.js';

/**
 * The longest that the steps wait for analyses, in milliseconds: inline for all of their rounds,
 * in the background for those that do not fit into the plan's own waits since they began.
 */
export function measuringMs(steps: readonly Step[], analyses: readonly AnalysisSpec[]): number {
  const durations = new Map(analyses.map((spec) => [spec.name, durationOf(spec)]));
  const endOf = (name: string, begun: number): number => begun + (durations.get(name) ?? 0);
  const ends = new Map<string, number>();
  let passed = 0;
  let measured = 0;
  const waitUntil = (end: number): void => {
    measured += Math.max(0, end - passed);
    passed = Math.max(passed, end);
  };
  for (const step of steps) {
    if (step.kind === 'wait') passed += step.ms;
    if (step.kind === 'measure') {
      waitUntil(Math.max(...step.analyses.map((name) => ends.get(name) ?? 0)));
    }
    if (step.kind !== 'analyze') continue;
    const end = endOf(step.analysis, passed);
    if (step.mode === 'inline') waitUntil(end);
    else ends.set(step.analysis, Math.max(end, ends.get(step.analysis) ?? 0));
  }
  return measured;
}

/** Warm-up and every round: the first comes one interval after the warm-up. */
const durationOf = ({ initialDelay, interval, count }: AnalysisSpec): number =>
  initialDelay + interval * count;
