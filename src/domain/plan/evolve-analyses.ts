import { withMeasurement } from '../analysis/analysis-progress.js';
import type { AnalysisCourse } from './course.js';
import type { Deployment } from './deployment.js';
import type { PlanEvent } from './plan-event.js';

type Analyses = Deployment['analyses'];

/** The analyses after an event. */
export function evolveAnalyses(analyses: Analyses, event: PlanEvent): Analyses {
  if (event.type === 'deployment.analysis_started') {
    const { step, analysis, mode, progress } = event;
    const begun: AnalysisCourse = { step, analysis, mode, progress, report: null };
    return { ...analyses, [step]: begun };
  }
  if (event.type === 'deployment.measured') {
    const { step, measurement } = event;
    const measured = (was: AnalysisCourse) => withMeasurement(was.progress, measurement);
    return changed(analyses, step, (was) => ({ progress: measured(was) }));
  }
  if (event.type === 'deployment.analyzed') {
    return changed(analyses, event.step, () => ({ report: event.report }));
  }
  return event.type === 'deployment.retried' ? unjudged(analyses) : analyses;
}

function changed(
  analyses: Analyses,
  step: number,
  change: (was: AnalysisCourse) => Partial<AnalysisCourse>,
): Analyses {
  const was = analyses[step];
  return was === undefined ? analyses : { ...analyses, [step]: { ...was, ...change(was) } };
}

/** A retry measures anew what spoke against it. */
const unjudged = (analyses: Analyses): Analyses =>
  Object.fromEntries(
    Object.entries(analyses).filter(([, { report }]) => report?.verdict === 'healthy'),
  );
