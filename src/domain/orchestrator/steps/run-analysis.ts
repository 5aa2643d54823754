import type { AnalysisSpec } from '../../model/plan/analysis-spec.js';
import { statusOf } from '../../model/service-status.js';
import {
  beginAnalysis,
  nextMeasurementAt,
  nextRoundAt,
} from '../../model/deployment/analysis-progress.js';
import { judgeAnalysis } from '../../analysis/judge-analysis.js';
import type { AnalysisSubject } from '../../analysis/analysis-subject.js';
import { measure } from '../../analysis/measure.js';
import { awaitedAnalyses } from '../../plan/awaited-analyses.js';
import { analysisEnd } from '../../plan/conclusions/analysis-end.js';
import { isTouched, progressOf, stepsOf } from '../../model/deployment/deployment.js';
import type { AnalyzeStep, MeasureStep } from '../../model/plan/step.js';
import type { ExecutingState } from '../../model/deployment/plan-state.js';
import { earliest, type Pass, type WaitUntil, targetsOf } from '../pass/pass.js';

/** Begins the step's analysis; inline it is measured here until it has a verdict. */
export async function analyze(pass: Pass, step: AnalyzeStep, number: number): Promise<WaitUntil> {
  const { journal, clock } = pass;
  const spec = specOf(pass, step);
  const { analysis, mode } = step;
  const progress = beginAnalysis(spec, clock.now(), mode);
  journal.report({ type: 'deployment.analysis_started', step: number, analysis, mode, progress });
  return mode === 'inline' ? advance(pass, step, number, false) : null;
}

/**
 * Waits for analyses in the background, which are measured before each step; `null` once nothing
 * is awaited. For their verdicts they have a last round that ends after the last step did.
 */
export function awaitAnalyses(pass: Pass, step: MeasureStep, at: ExecutingState): WaitUntil {
  const { journal } = pass;
  const dues: number[] = [];
  for (const { step: number, spec, progress } of awaitedAnalyses(journal.deployment, step)) {
    const { rounds, lastRoundAt } = progress;
    const closed = at.waitUntil !== null && lastRoundAt !== null && lastRoundAt >= at.waitUntil;
    if (step.until === 'verdict' && closed && rounds >= spec.count) {
      judged(pass, spec, number, true);
    } else {
      dues.push(nextRoundAt(spec, progress));
    }
  }
  if (step.until === 'verdict' && at.waitUntil === null && dues.length > 0) {
    journal.report({ type: 'deployment.waiting', step: at.step, until: Math.max(...dues) });
  }
  return earliest(dues);
}

/**
 * Measures what is due of the analyses in the background.
 *
 * @param final behind the last step of a plan that has no `measure` step: they are judged on what there is
 * @returns when the next measurement is due
 */
export async function measureBackground(pass: Pass, final: boolean): Promise<WaitUntil> {
  const waits: WaitUntil[] = [];
  for (const [at, { report }] of Object.entries(pass.journal.deployment.analyses)) {
    const number = Number(at);
    const step = stepsOf(pass.journal.deployment)[number];
    if (step?.kind !== 'analyze' || step.mode !== 'background' || report !== null) continue;
    waits.push(await advance(pass, step, number, final));
  }
  return earliest(waits);
}

async function advance(
  pass: Pass,
  step: AnalyzeStep,
  number: number,
  final: boolean,
): Promise<WaitUntil> {
  const { journal, clock, metrics, abort } = pass;
  const spec = specOf(pass, step);
  const begun = journal.deployment.analyses[number];
  if (!begun || begun.report !== null) return null;
  const due = nextMeasurementAt(spec, begun.progress);
  if (due !== null && due > clock.now() && !final) return due;
  if (due !== null && due <= clock.now()) {
    await journal.flush();
    const { progress } = begun;
    const subject = await subjectOf(pass, step);
    const measurement = await measure(spec, progress, metrics, subject, clock.now(), abort);
    if (abort.aborted) return null;
    const { analysis } = step;
    journal.report({ type: 'deployment.measured', step: number, analysis, measurement });
  }
  return judged(pass, spec, number, final);
}

function judged(
  { journal, clock }: Pass,
  spec: AnalysisSpec,
  number: number,
  final: boolean,
): WaitUntil {
  const analysis = journal.deployment.analyses[number];
  if (!analysis || analysis.report !== null) return null;
  const next = nextMeasurementAt(spec, analysis.progress);
  const last = final || next === null;
  const report = judgeAnalysis(spec, analysis.progress, { at: clock.now(), final: last });
  const goesOn =
    report.verdict === 'running' ||
    // What lets it pass when it can't tell, lets it measure on.
    (!last && report.verdict === 'inconclusive' && spec.onInconclusive === 'pass');
  if (goesOn && next !== null) return next;
  journal.report(analysisEnd(number, report));
  return null;
}

function specOf({ journal }: Pass, { analysis }: AnalyzeStep): AnalysisSpec {
  const spec = journal.deployment.plan.analyses.find(({ name }) => name === analysis);
  if (spec === undefined) throw new Error(`the plan has no analysis ${analysis}`);
  return spec;
}

async function subjectOf(pass: Pass, step: AnalyzeStep): Promise<AnalysisSubject> {
  const { service, environment, version, previous, startedAt } = pass.journal.deployment;
  const before = previous && (await pass.loadDeployment(previous.deploymentId));
  const flags = Object.values(pass.journal.deployment.progress.flags);
  return {
    service,
    environment,
    version,
    previousVersion: previous?.version ?? null,
    ...sidesNow(pass, step),
    everybody: flags.length > 0 && flags.every(({ now }) => now === 100),
    startedAt: startedAt ?? pass.clock.now(),
    previousWindow:
      before?.startedAt != null && before.endedAt !== null
        ? { start: before.startedAt, end: before.endedAt }
        : null,
  };
}

/** In the background steps go on meanwhile: who got the version since has it, and who lost all traffic shows nothing. */
function sidesNow(
  pass: Pass,
  { targets, baseline }: AnalyzeStep,
): Pick<AnalysisSubject, 'targets' | 'baseline'> {
  const { deployment, service } = pass.journal;
  const since = baseline.filter((id) => progressOf(deployment, id).state === 'updated');
  const old = baseline.filter((id) => {
    const { weight } = statusOf(service, id);
    return !isTouched(deployment, id) && weight.some((share) => share !== 0);
  });
  return { targets: targetsOf(pass, [...targets, ...since]), baseline: targetsOf(pass, old) };
}
