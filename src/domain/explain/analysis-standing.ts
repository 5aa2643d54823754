import { nextMeasurementAt } from '../model/deployment/analysis-progress.js';
import type { AnalysisReport } from '../model/deployment/analysis-report.js';
import type { AnalysisSpec } from '../model/plan/analysis-spec.js';
import { judgeAnalysis } from '../analysis/judge-analysis.js';
import type { StepAnalysis } from '../model/deployment/progress.js';
import type { Deployment } from '../model/deployment/deployment.js';

/** An analysis as it stands: its report, or what would be said of it now. */
export interface AnalysisStanding extends Pick<StepAnalysis, 'step' | 'analysis' | 'mode'> {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly rounds: number;
  readonly of: number;
  /** It measures until the end, and `of` is the least. */
  readonly openEnded: boolean;
  /** The next round, and the end of the last one if it goes so far (epoch milliseconds); `null` once all are taken. */
  readonly nextAt: number | null;
  readonly lastAt: number | null;
  /** Whether the report is its verdict. */
  readonly concluded: boolean;
  readonly report: AnalysisReport;
}

/** In the order of the steps that asked for them. */
export function analysisStandings(deployment: Deployment): readonly AnalysisStanding[] {
  const { analyses, plan } = deployment;
  return Object.values(analyses)
    .toSorted((a, b) => a.step - b.step)
    .flatMap((progress) => {
      const spec = plan.analyses.find(({ name }) => name === progress.analysis);
      return spec === undefined ? [] : [standing(progress, spec)];
    });
}

function standing(
  { step, analysis, mode, progress, report }: StepAnalysis,
  spec: AnalysisSpec,
): AnalysisStanding {
  const { rounds, startedAt, lastRoundAt } = progress;
  const nextAt = report === null ? nextMeasurementAt(spec, progress) : null;
  const at = lastRoundAt ?? startedAt;
  return {
    step,
    analysis,
    mode,
    startedAt,
    rounds,
    of: spec.count,
    openEnded: progress.lookback !== undefined,
    nextAt,
    lastAt: nextAt === null ? null : nextAt + Math.max(0, spec.count - rounds - 1) * spec.interval,
    concluded: report !== null,
    report: report ?? judgeAnalysis(spec, progress, { at, final: false }),
  };
}
