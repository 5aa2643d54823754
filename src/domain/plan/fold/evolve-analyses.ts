import { beginAnalysis, withMeasurement } from '../../model/deployment/analysis-progress.js';
import type { StepAnalysis } from '../../model/deployment/progress.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import type { PlanEvent } from '../../model/deployment/plan-event.js';

type Analyses = Deployment['analyses'];

/** The analyses after an event. */
export function evolveAnalyses(deployment: Deployment, event: PlanEvent, at: number): Analyses {
  const { analyses } = deployment;
  if (event.type === 'deployment.analysis_started') {
    const { step, analysis, mode, progress } = event;
    const begun: StepAnalysis = { step, analysis, mode, progress, report: null };
    return { ...analyses, [step]: begun };
  }
  if (event.type === 'deployment.measured') {
    const { step, measurement } = event;
    const measured = (was: StepAnalysis) => withMeasurement(was.progress, measurement);
    return changed(analyses, step, (was) => ({ progress: measured(was) }));
  }
  if (event.type === 'deployment.analyzed') {
    return changed(analyses, event.step, () => ({ report: event.report }));
  }
  if (event.type === 'deployment.resumed') return resumed(deployment, at);
  return event.type === 'deployment.retried' ? begunAnew(deployment, at) : analyses;
}

function changed(
  analyses: Analyses,
  step: number,
  change: (was: StepAnalysis) => Partial<StepAnalysis>,
): Analyses {
  const was = analyses[step];
  return was === undefined ? analyses : { ...analyses, [step]: { ...was, ...change(was) } };
}

/**
 * What could not tell in the background, and was stopped for, measures anew until the end. Where
 * the end was reached, whoever resumes has passed it.
 */
function resumed({ analyses, plan, progress, state }: Deployment, at: number): Analyses {
  const from = state.status === 'paused' ? state.from : null;
  const step =
    from?.status === 'executing' ? (progress.replanned ?? plan.steps)[from.step] : undefined;
  if (step === undefined || (step.kind === 'measure' && step.until === 'verdict')) return analyses;
  return Object.fromEntries(
    Object.entries(analyses).map(([key, its]) => {
      const spec = plan.analyses.find(({ name }) => name === its.analysis);
      const open = its.progress.lookback !== undefined && its.report?.verdict === 'inconclusive';
      if (!open || spec === undefined) return [key, its];
      return [key, { ...its, report: null, progress: beginAnalysis(spec, at, its.mode) }];
    }),
  );
}

/**
 * A retry measures anew what did not speak for it: inline when it comes to that
 * step again, in the background from now on.
 */
function begunAnew({ analyses, plan }: Deployment, at: number): Analyses {
  const kept = Object.entries(analyses).flatMap(([step, progress]) => {
    if (progress.report?.verdict === 'healthy') return [[step, progress] as const];
    const spec = plan.analyses.find(({ name }) => name === progress.analysis);
    if (progress.mode === 'inline' || spec === undefined) return [];
    return [
      [
        step,
        { ...progress, report: null, progress: beginAnalysis(spec, at, progress.mode) },
      ] as const,
    ];
  });
  return Object.fromEntries(kept);
}
