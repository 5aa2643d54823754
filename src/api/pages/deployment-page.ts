import type { CheckResult, Verification } from '../../domain/model/verification.js';
import { type Deployment, progressOf } from '../../domain/model/deployment/deployment.js';
import { resultOf } from '../../domain/plan/result/deployment-result.js';
import type { RecordedEvent } from '../../domain/model/deployment/plan-event.js';
import { isTerminal, reasonOf } from '../../domain/model/deployment/plan-state.js';
import type { Target, TargetProgress } from '../../domain/model/target.js';
import { type EventView, eventViews } from '../../contracts/views/deployment-view.js';
import { knownVersion } from '../../contracts/views/known-version.js';
import type { TargetStatuses } from '../../domain/model/target-status.js';
import { html, type Html, type HtmlValue } from '../http/html.js';
import { deploymentPath } from './job-link.js';
import { analysisSections } from './analysis-section.js';
import { failedCalls } from '../../domain/explain/failed-calls.js';
import { drainSection } from './drain-section.js';
import { failureSection } from './failure-section.js';
import { type OutputEnd, outputSection } from './output-section.js';
import { progressSection } from './progress-section.js';
import { eventDetails } from './event-details.js';
import { layout } from './layout.js';
import { planSection } from './plan-section.js';
import { type Column, leftOut, MOST_ROWS, table } from './table.js';
import { absent, count, length, moment, stateBadge } from './wording.js';

const LOOK_AGAIN_S = 5;

export interface ShownDeployment {
  readonly deployment: Deployment;
  readonly events: readonly RecordedEvent[];
  /** What is known of the service's targets now. */
  readonly known: TargetStatuses;
  /** The end of what calls have written, the newest call first, and how many calls have. */
  readonly ends?: readonly OutputEnd[];
  readonly calls?: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Where a page is, and what it can lead to. */
export interface PagePlace {
  /** The path we are under. */
  readonly base: string;
  /** There is something to sign in with. */
  readonly signIn: boolean;
}

/** Everything about one deployment; a browser keeps looking until it has ended. */
export function deploymentPage(
  { deployment, events, known, now, ends = [], calls = 0 }: ShownDeployment,
  { base, signIn }: PagePlace = { base: '', signIn: false },
): Html {
  const { service, version, environment, state, health } = deployment;
  return layout({
    title: `${service} ${version}`,
    ...{ base, signIn },
    refresh: isTerminal(state.status) ? null : LOOK_AGAIN_S,
    body: html`<h1>${service} ${version} ${stateBadge(state.status)}</h1>
      <p class="soft">in ${environment}, <code>${deployment.id}</code></p>
      ${summary(deployment, base)} ${isTerminal(state.status) ? resultSection(deployment) : null}
      ${failureSection(failedCalls(events))} ${progressSection(deployment)}
      ${drainSection(deployment, { events, known, now })} ${targetSection(deployment, known)}
      ${planSection(deployment)} ${outputSection(deploymentPath(base, deployment.id), ends, calls)}
      ${analysisSections(deployment)} ${health === null ? null : healthSection(health)}
      ${eventSection(eventViews(deployment, events))}`,
  });
}

function summary(deployment: Deployment, base: string): Html {
  const { state, previous, createdAt, startedAt, endedAt, requestedBy, metadata } = deployment;
  const facts: readonly (readonly [string, HtmlValue])[] = [
    ['Reason', reasonOf(state)],
    ['Version', deployment.version],
    ['Previous version', previous && previousLink(previous, base)],
    ['Requested by', requestedBy],
    ['Trigger', deployment.trigger === 'automation' ? 'a rule, not a person' : null],
    ['Idempotency key', deployment.idempotencyKey],
    ['Planned', moment(createdAt)],
    ['Started', startedAt === null ? null : moment(startedAt)],
    ['Ended', endedAt === null ? null : moment(endedAt)],
    ...Object.entries(metadata),
  ];
  return html`<section>
    <dl>
      ${facts.map(([name, value]) =>
        value === null
          ? null
          : html`<dt>${name}</dt>
              <dd>${value}</dd>`,
      )}
    </dl>
  </section>`;
}

const previousLink = (
  { version, deploymentId }: NonNullable<Deployment['previous']>,
  base: string,
): Html => html`<a href="${deploymentPath(base, deploymentId)}">${version}</a>`;

function resultSection(deployment: Deployment): Html {
  const { success, targetsUpdated, targetsFailed, durationMs, errors } = resultOf(deployment);
  return html`<section>
    <h2>Result</h2>
    <p>
      <span class="${success ? 'good' : 'bad'}">${success ? 'Success' : 'No success'}</span>:
      ${count(targetsUpdated, 'target')} updated, ${targetsFailed}
      failed${durationMs === null ? null : `, in ${length(durationMs)}`}.
    </p>
    ${
      errors.length === 0
        ? null
        : html`<ul>
            ${errors.slice(0, MOST_ROWS).map((error) => html`<li>${error}</li>`)}
          </ul>`
    }
  </section>`;
}

interface TargetRow {
  readonly target: Target;
  /** What is known of it now, where the deployment itself does not know. */
  readonly now: string;
  readonly progress: TargetProgress;
}

const TARGET_COLUMNS: readonly Column<TargetRow>[] = [
  { title: 'Target', kind: 'name', cell: ({ target }) => named(target) },
  { title: 'Address', kind: 'short', cell: ({ target }) => target.address || absent },
  { title: 'State', cell: ({ progress }) => stateBadge(progress.state) },
  { title: 'Version', kind: 'short', cell: ({ progress, now }) => progress.version ?? now },
  { title: 'Error', kind: 'text', cell: ({ progress }) => progress.error ?? absent },
];

const named = ({ id, name }: Target): HtmlValue => (name === id ? id : `${id} (${name})`);

function targetSection(deployment: Deployment, known: TargetStatuses): Html {
  const { targets } = deployment.plan;
  const shown = targets.slice(0, MOST_ROWS);
  const since = isTerminal(deployment.state.status) ? ' (now)' : '';
  const rows = shown.map((target) => ({
    target,
    now: `${knownVersion(known.get(target.id))}${since}`,
    progress: progressOf(deployment, target.id),
  }));
  return html`<section>
    <h2>Targets</h2>
    ${table(TARGET_COLUMNS, rows)} ${leftOut(targets.length, shown.length, 'more targets')}
  </section>`;
}

const CHECK_COLUMNS: readonly Column<CheckResult>[] = [
  {
    title: 'Check',
    kind: 'name',
    cell: ({ name, critical }) => (critical ? name : `${name} (not critical)`),
  },
  { title: 'Target', kind: 'name', cell: ({ target }) => target ?? absent },
  { title: 'Status', cell: ({ status }) => stateBadge(status) },
  { title: 'Message', kind: 'text', cell: ({ message }) => message },
  { title: 'Latency', kind: 'number', cell: ({ latencyMs }) => length(Math.round(latencyMs)) },
  { title: 'Time', kind: 'time', cell: ({ at }) => moment(at) },
];

function healthSection({ status, reason, checks }: Verification): Html {
  const shown = checks.slice(0, MOST_ROWS);
  return html`<section>
    <h2>Health ${stateBadge(status)}</h2>
    <p>${reason}</p>
    ${checks.length === 0 ? null : table(CHECK_COLUMNS, shown)}
    ${leftOut(checks.length, shown.length, 'more results')}
  </section>`;
}

const EVENT_COLUMNS: readonly Column<EventView>[] = [
  { title: 'No.', kind: 'number', cell: ({ sequence }) => sequence },
  { title: 'Time', kind: 'time', cell: ({ time }) => moment(Date.parse(time)) },
  { title: 'Event', kind: 'name', cell: ({ type }) => type.replace(/^deployment\./, '') },
  { title: 'State', cell: ({ state }) => stateBadge(state) },
  { title: 'By', kind: 'short', cell: ({ actor }) => actor },
  { title: 'Details', kind: 'text', cell: ({ data }) => eventDetails(data) },
];

function eventSection(events: readonly EventView[]): Html {
  const shown = events.slice(-MOST_ROWS);
  return html`<section>
    <h2>Events</h2>
    ${leftOut(events.length, shown.length, 'earlier events')} ${table(EVENT_COLUMNS, shown)}
  </section>`;
}
