import type { MetricReport } from '../../domain/model/deployment/analysis-report.js';
import { figure } from '../../domain/analysis/figures.js';
import {
  type AnalysisStanding,
  analysisStandings,
} from '../../domain/explain/analysis-standing.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { Output } from '../session/output.js';
import { VERDICT_TONE } from '../text/paint.js';
import type { Cell } from '../text/table.js';

const COLUMNS = [
  { title: 'metric', shrinks: true },
  { title: 'verdict' },
  { title: 'n' },
  { title: 'estimate' },
  { title: 'interval' },
  { title: 'effect' },
  { title: 'p' },
] as const;

/** Each analysis with its verdict, and what the figures of each metric say. */
export function writeAnalyses(out: Output, deployment: Deployment): void {
  for (const standing of analysisStandings(deployment)) writeAnalysis(out, standing);
}

function writeAnalysis(
  out: Output,
  { step, analysis, mode, rounds, of, openEnded, concluded, report }: AnalysisStanding,
): void {
  const { verdict, reason, metrics } = report;
  out.line('');
  out.line(
    'analysis ',
    ['strong', analysis],
    ` (step ${step + 1}${mode === 'background' ? ', in the background' : ''}) `,
    [VERDICT_TONE[verdict] ?? 'plain', verdict],
    ` after ${openEnded ? `${rounds} rounds (at least ${of})` : `${rounds} of ${of} rounds`}${concluded ? '' : ', not concluded'}: ${reason}`,
  );
  out.table(COLUMNS, metrics.map(metricRow));
  for (const { name, reason: why } of metrics) out.line(['faint', `  ${name}`], `: ${why}`);
}

function metricRow({
  name,
  verdict,
  n,
  estimate,
  interval,
  confidence,
  effect,
  pValue,
}: MetricReport): readonly Cell[] {
  const sure = confidence === null ? '' : ` (${figure(confidence * 100)}%)`;
  return [
    name,
    [VERDICT_TONE[verdict] ?? 'plain', verdict],
    n.baseline === null ? String(n.canary) : `${n.canary} vs ${n.baseline}`,
    estimate === null ? '-' : figure(estimate),
    interval === null ? '-' : `${interval.map(figure).join(' to ')}${sure}`,
    effect === null ? '-' : `${effect.measure.replaceAll('_', ' ')} ${figure(effect.value)}`,
    pValue === null ? '-' : String(Number(pValue.toPrecision(2))),
  ];
}
