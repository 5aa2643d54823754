import { coverWords } from '../../domain/policy/override-coverage.js';
import { approvalStanding } from '../../domain/explain/approval-standing.js';
import { standingHold } from '../../domain/explain/standing-hold.js';
import { type Deployment, progressOf } from '../../domain/model/deployment/deployment.js';
import { percentText } from '../../contracts/views/step-words.js';
import { html, type Html, type HtmlValue } from '../http/html.js';
import { MOST_ROWS, leftOut, table } from './table.js';
import { absent, moment, stateBadge } from './wording.js';

/** What keeps it from going on, who approved it, and where traffic and flags stand; nothing where there is nothing. */
export function progressSection(deployment: Deployment): Html | null {
  const { traffic, flags } = deployment.progress;
  const parts = [
    holdText(deployment),
    approvalText(deployment),
    traffic === null ? null : trafficTable(deployment, traffic),
    Object.keys(flags).length === 0 ? null : flagTable(flags),
  ].filter((part) => part !== null);
  return parts.length === 0
    ? null
    : html`<section>
        <h2>Progress</h2>
        ${parts}
      </section>`;
}

function holdText(deployment: Deployment): Html | null {
  const hold = standingHold(deployment);
  if (hold === null) return null;
  const { kind, reason, since, until, liftedBy, command } = hold;
  return html`<p>
    Held by <span class="warn">${kind}</span>: ${reason};
    ${since === null ? null : html`since ${moment(since)};`}
    ${until === null ? 'no known end' : html`until ${moment(until)}`}. Lifted by
    ${liftedBy}${command === null ? null : html`: <code>${command}</code>`}.
  </p>`;
}

function approvalText(deployment: Deployment): HtmlValue {
  const { override } = deployment.progress;
  const { given, required, missing } = approvalStanding(deployment);
  const by = given.length === 0 ? '' : ` by ${given.join(', ')}`;
  const text =
    missing > 0
      ? `Approved ${given.length} of ${required} times${by}.`
      : given.length === 0
        ? null
        : `Approved${by}.`;
  if (text === null && override === null) return null;
  const overridden =
    override === null
      ? ''
      : ` Windows and freezes overridden by ${override.by}: ${override.reason}${coverWords(override.covers)}.`;
  return html`<p>${text ?? ''}${overridden}</p>`;
}

/** Parts of the whole, as a bar of the browser's own. */
const share = (percent: number): Html =>
  html`<progress value="${percent}" max="100"></progress> ${percentText(percent)}`;

function trafficTable(
  deployment: Deployment,
  { before, now, settled }: NonNullable<Deployment['progress']['traffic']>,
): Html {
  const rows = deployment.plan.targets.slice(0, MOST_ROWS);
  return html`<p>Traffic${settled ? '' : ', being moved'}:</p>
    ${table(
      [
        { title: 'Target', kind: 'name', cell: ({ id }) => id },
        {
          title: 'Version',
          kind: 'short',
          cell: ({ id }) => progressOf(deployment, id).version ?? absent,
        },
        { title: 'Share', kind: 'number', cell: ({ id }) => share(100 * (now[id] ?? 0)) },
        {
          title: 'Before',
          kind: 'number',
          cell: ({ id }) => percentText(100 * (before[id] ?? 0)),
        },
      ],
      rows,
    )}
    ${leftOut(deployment.plan.targets.length, rows.length, 'more targets')}`;
}

const flagTable = (flags: Deployment['progress']['flags']): Html =>
  table(
    [
      { title: 'Flag', kind: 'name', cell: ([name]) => name },
      {
        title: 'Users',
        kind: 'number',
        cell: ([, { now }]) => (now === null ? absent : share(now)),
      },
      {
        title: 'Before',
        kind: 'number',
        cell: ([, { before }]) => (before === null ? 'no such flag' : percentText(before)),
      },
      {
        title: 'State',
        cell: ([, { settled }]) => stateBadge(settled ? 'updated' : 'started'),
      },
    ],
    Object.entries(flags),
  );
