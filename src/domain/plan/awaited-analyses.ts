import { type Deployment, stepsOf } from '../model/deployment/deployment.js';
import type { StepAnalysis } from '../model/deployment/progress.js';
import type { AnalysisSpec } from '../model/plan/analysis-spec.js';
import type { MeasureStep } from '../model/plan/step.js';

/** One in the background, as a `measure` step waits for it. */
export interface AwaitedAnalysis extends StepAnalysis {
  readonly spec: AnalysisSpec;
}

/** The analyses in the background that a `measure` step still waits for; none where somebody promoted to the end. */
export function awaitedAnalyses(
  deployment: Deployment,
  { analyses, until }: MeasureStep,
): readonly AwaitedAnalysis[] {
  if (deployment.progress.promotedToEnd) return [];
  return unconcluded(deployment).filter(
    ({ analysis, spec, progress }) =>
      analyses.includes(analysis) && (until === 'verdict' || progress.rounds < spec.count),
  );
}

/** The analyses in the background that have begun and have no verdict. */
export function unconcluded(deployment: Deployment): readonly AwaitedAnalysis[] {
  return Object.values(deployment.analyses).flatMap((its) => {
    const spec = deployment.plan.analyses.find(({ name }) => name === its.analysis);
    const open = its.mode === 'background' && its.report === null && spec !== undefined;
    return open ? [{ ...its, spec }] : [];
  });
}

/** Plans of before the `measure` step have none: their analyses are judged behind the last step. */
export const awaitsAnalyses = (deployment: Deployment): boolean =>
  stepsOf(deployment).some(({ kind }) => kind === 'measure');
