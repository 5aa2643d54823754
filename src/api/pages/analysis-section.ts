import type { MetricReport } from '../../domain/model/deployment/analysis-report.js';
import { figure } from '../../domain/analysis/figures.js';
import {
  type AnalysisStanding,
  analysisStandings,
} from '../../domain/explain/analysis-standing.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { html, type Html } from '../http/html.js';
import { type Column, table } from './table.js';
import { absent, count, stateBadge } from './wording.js';

/** Every analysis with its verdict, and what its metrics' figures say. */
export const analysisSections = (deployment: Deployment): readonly Html[] =>
  analysisStandings(deployment).map(section);

function section(standing: AnalysisStanding): Html {
  const { step, analysis, mode, rounds, of, openEnded, concluded, report } = standing;
  const how = mode === 'background' ? ', in the background' : '';
  const until = concluded ? '' : '; it goes on';
  return html`<section>
    <h2>Analysis ${analysis} ${stateBadge(report.verdict)}</h2>
    <p class="soft">
      Step ${step + 1}${how};
      ${openEnded ? `${count(rounds, 'round')} of at least ${of}` : `${rounds} of ${count(of, 'round')}`}${until}.
    </p>
    <p>${report.reason}</p>
    ${table(COLUMNS, report.metrics)}
  </section>`;
}

const COLUMNS: readonly Column<MetricReport>[] = [
  { title: 'Metric', kind: 'name', cell: ({ name }) => name },
  { title: 'Verdict', cell: ({ verdict }) => stateBadge(verdict) },
  {
    title: 'n',
    kind: 'number',
    cell: ({ n }) => (n.baseline === null ? n.canary : `${n.canary} vs ${n.baseline}`),
  },
  {
    title: 'Estimate',
    kind: 'number',
    cell: ({ estimate }) => (estimate === null ? absent : figure(estimate)),
  },
  {
    title: 'Interval',
    kind: 'number',
    cell: ({ interval }) => interval?.map(figure).join(' to ') ?? absent,
  },
  {
    title: 'Effect',
    kind: 'number',
    cell: ({ effect }) =>
      effect === null ? absent : `${effect.measure.replaceAll('_', ' ')} ${figure(effect.value)}`,
  },
  { title: 'Reason', kind: 'text', cell: ({ reason }) => reason },
];
