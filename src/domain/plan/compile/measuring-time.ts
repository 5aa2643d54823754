import type { AnalysisSpec } from '../../model/plan/analysis-spec.js';
import type { Step } from '../../model/plan/step.js';

/**
 * The longest that the steps wait for analyses, in milliseconds: inline for all of their rounds,
 * in the background for those that do not fit into the plan's own waits since they began.
 */
export function measuringMs(steps: readonly Step[], analyses: readonly AnalysisSpec[]): number {
  const durations = new Map(analyses.map((spec) => [spec.name, durationOf(spec)]));
  const intervals = new Map(analyses.map(({ name, interval }) => [name, interval]));
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
      // For its verdict each has another round, that ends after the last step did.
      const lastOf = (name: string): number =>
        step.until === 'verdict' ? passed + (intervals.get(name) ?? 0) : 0;
      const until = step.analyses.map((name) => Math.max(ends.get(name) ?? 0, lastOf(name)));
      waitUntil(Math.max(...until));
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
