import type { AnalysisSpec } from '../../model/plan/analysis-spec.js';
import { beginAnalysis, nextMeasurementAt } from '../../model/deployment/analysis-progress.js';
import { judgeAnalysis } from '../../analysis/judge-analysis.js';
import type { AnalysisSubject } from '../../analysis/analysis-subject.js';
import { measure } from '../../analysis/measure.js';
import { stepsOf } from '../../model/deployment/deployment.js';
import type { AnalyzeStep } from '../../model/plan/step.js';
import { earliest, type Leg, type Rest, targetsOf } from '../pass/leg.js';

/** Begins the step's analysis; inline it is measured here until it has a verdict. */
export async function analyze(leg: Leg, step: AnalyzeStep, number: number): Promise<Rest> {
  const { journal, clock } = leg;
  const spec = specOf(leg, step);
  const progress = beginAnalysis(spec, clock.now());
  journal.submit({ type: 'start_analysis', step: number, progress });
  return step.mode === 'inline' ? advance(leg, step, number, false) : null;
}

/**
 * Measures what is due of the analyses in the background.
 *
 * @param final behind the last step: they are judged on what there is
 * @returns when the next measurement is due
 */
export async function measureBackground(leg: Leg, final: boolean): Promise<Rest> {
  const rests: Rest[] = [];
  for (const [at, { report }] of Object.entries(leg.journal.deployment.analyses)) {
    const number = Number(at);
    const step = stepsOf(leg.journal.deployment)[number];
    if (step?.kind !== 'analyze' || step.mode !== 'background' || report !== null) continue;
    rests.push(await advance(leg, step, number, final));
  }
  return earliest(rests);
}

async function advance(leg: Leg, step: AnalyzeStep, number: number, final: boolean): Promise<Rest> {
  const { journal, clock, metrics, abort } = leg;
  const spec = specOf(leg, step);
  const course = journal.deployment.analyses[number];
  if (!course || course.report !== null) return null;
  const due = nextMeasurementAt(spec, course.progress);
  if (due !== null && due > clock.now() && !final) return due;
  if (due !== null && due <= clock.now()) {
    await journal.flush();
    const { progress } = course;
    const subject = await subjectOf(leg, step);
    const measurement = await measure(spec, progress, metrics, subject, clock.now(), abort);
    if (abort.aborted) return null;
    journal.submit({ type: 'measure', step: number, measurement });
  }
  return judged(leg, spec, number, final);
}

function judged({ journal, clock }: Leg, spec: AnalysisSpec, number: number, final: boolean): Rest {
  const course = journal.deployment.analyses[number];
  if (!course || course.report !== null) return null;
  const next = nextMeasurementAt(spec, course.progress);
  const last = final || next === null;
  const report = judgeAnalysis(spec, course.progress, { at: clock.now(), final: last });
  if (report.verdict === 'running') return next;
  journal.submit({ type: 'conclude_analysis', step: number, report });
  return null;
}

function specOf({ journal }: Leg, { analysis }: AnalyzeStep): AnalysisSpec {
  const spec = journal.deployment.plan.analyses.find(({ name }) => name === analysis);
  if (spec === undefined) throw new Error(`the plan has no analysis ${analysis}`);
  return spec;
}

async function subjectOf(leg: Leg, step: AnalyzeStep): Promise<AnalysisSubject> {
  const { service, environment, version, previous, startedAt } = leg.journal.deployment;
  const before = previous && (await leg.loadDeployment(previous.deploymentId));
  return {
    service,
    environment,
    version,
    previousVersion: previous?.version ?? null,
    targets: targetsOf(leg, step.targets),
    baseline: targetsOf(leg, step.baseline),
    startedAt: startedAt ?? leg.clock.now(),
    previousWindow:
      before?.startedAt != null && before.endedAt !== null
        ? { start: before.startedAt, end: before.endedAt }
        : null,
  };
}
