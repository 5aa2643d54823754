import type { EventView } from '../../contracts/views/deployment-view.js';
import { percentText } from '../../contracts/views/step-words.js';
import { coverWords } from '../../domain/policy/override-coverage.js';
import { listed } from '../../domain/plan/listed.js';
import { countedText, drainedText, drainingText } from '../text/drain-text.js';
import { oldFlagsText, removedFlagsText } from '../text/old-flags-text.js';
import { fieldOf } from '../text/event-field.js';
import { removedSentence } from './removed-sentence.js';
import { routerSentence } from './router-sentence.js';
import { movedText, sharesText } from '../text/share-text.js';
import { clockText } from '../text/time-text.js';

type Data = EventView['data'];
type Sentences = Readonly<Record<string, (data: Data) => string>>;

/** What happened, in a sentence part. The list of types may grow: one that is new here is told by its name. */
export const eventSentence = ({ type, data }: Pick<EventView, 'type' | 'data'>): string =>
  SENTENCES[type]?.(data) ?? type.replace(/^deployment\./, '').replaceAll('_', ' ');

const BEFORE_START: Sentences = {
  'deployment.planned': ({ rollback }) =>
    rollback === undefined
      ? 'planned'
      : `planned as a rollback: ${said(fieldOf(rollback, 'reason'))}`,
  'deployment.approval_given': ({ by, missing, reason }) =>
    `approved by ${said(by)}${whyIn(reason)}; ${said(missing)} more needed`,
  'deployment.approvals_lapsed': ({ reason, missing }) =>
    `approvals are wanted again (${said(missing)}): ${said(reason)}`,
  'deployment.approved': ({ by, reason }) =>
    `approved${isText(by) ? ` by ${by}` : ''}${whyIn(reason)}`,
  'deployment.held': ({ hold }) => `held: ${said(fieldOf(hold, 'reason'))}${untilIn(hold)}`,
  'deployment.overridden': ({ by, reason, covers }) =>
    `windows and freezes overridden by ${said(by)}: ${said(reason)}${coveredIn(covers)}`,
  'deployment.started': ({ previous, takesBack, replanned, heldOut }) =>
    `started; before it: ${versionIn(previous)}${pastIn(takesBack)}${replanned === undefined ? '' : '; steps made anew'}${heldOutIn(heldOut)}`,
  'deployment.cancelled': ({ reason }) => `cancelled: ${said(reason)}`,
};

const STEPS: Sentences = {
  'deployment.waiting': ({ step, until }) => `step ${stepIn(step)}: waiting until ${timeIn(until)}`,
  'deployment.step_completed': ({ step }) => `step ${stepIn(step)}: done`,
  'deployment.step_retried': ({ step, ...data }) => `step ${stepIn(step)}: ${againIn(data)}`,
  'deployment.shift_started': ({ shares }) => `moving traffic: ${sharesText(shares)}`,
  'deployment.shifted': (data) => `traffic moved: ${movedText(data)}`,
  'deployment.requests_counted': countedText,
  'deployment.flag_started': ({ flag, percent }) =>
    `setting flag ${said(flag)} to ${percentIn(percent)}`,
  'deployment.flag_set': ({ flag, percent }) => `flag ${said(flag)} is ${percentIn(percent)}`,
  'deployment.flag_changed': ({ flag, found }) =>
    `flag ${said(flag)} was changed by somebody else: it is ${said(found)}`,
  'deployment.gate_reached': ({ name, until }) =>
    `gate ${said(name)} waits to be promoted${typeof until === 'number' ? ` until ${timeIn(until)}` : ''}`,
  'deployment.promoted': ({ step, by, all, reason }) =>
    `promoted by ${said(by)} past step ${stepIn(step)}${all === true ? ' and to the end' : ''}${whyIn(reason)}`,
  'deployment.paused': ({ reason }) => `paused: ${said(reason)}`,
  'deployment.resumed': ({ reason }) => `resumed${whyIn(reason)}`,
};

const ANALYSES: Sentences = {
  'deployment.analysis_started': ({ analysis, mode }) =>
    `analysis ${said(analysis)} begins${mode === 'background' ? ' in the background' : ''}`,
  'deployment.measured': ({ analysis, measurement }) =>
    `analysis ${said(analysis)}: round ${said(fieldOf(measurement, 'round'))} measured${problemsIn(measurement)}${notesIn(measurement)}`,
  'deployment.analyzed': ({ analysis, report }) =>
    `analysis ${said(analysis)}: ${said(fieldOf(report, 'verdict'))}: ${reasonIn(report)}`,
  'deployment.verifying': () => 'verifying',
  'deployment.flags_removing': oldFlagsText,
  'deployment.flags_removed': removedFlagsText,
  'deployment.inconclusive': ({ verification, retryAt }) =>
    `inconclusive, again at ${timeIn(retryAt)}: ${reasonIn(verification)}`,
  'deployment.verified': ({ verification }) => `verified: ${reasonIn(verification)}`,
};

const TARGETS: Sentences = {
  'deployment.targets_removed': ({ targets }) => removedSentence(targets),
  'deployment.target_started': ({ target }) => `${said(target)}: putting the version there`,
  'deployment.target_updated': ({ target, evidence }) =>
    `${said(target)}: updated${leftIn(evidence)}`,
  'deployment.target_retried': ({ target, ...data }) => `${said(target)}: ${againIn(data)}`,
  'deployment.target_failed': ({ target, error, cause }) =>
    `${said(target)}: ${FAILED[said(cause)] ?? 'failed'}: ${said(error)}`,
  'deployment.target_retiring': ({ target }) => `${said(target)}: taking the old version away`,
  'deployment.target_retired': ({ target }) => `${said(target)}: the old version is gone`,
  'deployment.target_retire_failed': ({ target, error }) =>
    `${said(target)}: the old version could not be taken away: ${said(error)}`,
  'deployment.target_restoring': ({ target }) => `${said(target)}: putting the old version back`,
  'deployment.target_restored': ({ target, version }) =>
    `${said(target)}: ${isText(version) ? `back on ${version}` : 'back to running nothing'}`,
  'deployment.target_restore_failed': ({ target, error }) =>
    `${said(target)}: could not be restored: ${said(error)}`,
};

const ROTATION: Sentences = {
  'deployment.target_recovered': ({ target }) => `${said(target)}: healthy again`,
  'deployment.target_draining': drainingText,
  'deployment.drain_seen': drainingText,
  'deployment.target_drained': drainedText,
  'deployment.target_closing': ({ target }) => `${said(target)}: closing it to all clients`,
  'deployment.target_closed': ({ target, evidence }) =>
    `${said(target)}: closed, no client is sent there any more${fieldOf(evidence, 'ended') === false ? '; requests that it has go on' : ''}`,
  'deployment.target_admitting': ({ target }) => `${said(target)}: putting it into rotation`,
  'deployment.target_admitted': ({ target }) => `${said(target)}: in rotation`,
  'deployment.router_seen': ({ targets }) => routerSentence(targets),
  'deployment.place_caught_up': ({ place }) =>
    `${said(place)} has what it missed while it was away`,
  'deployment.call_settled': ({ target }) =>
    `${said(target)}: the call that an earlier deployment left open has ended`,
};

const FAILED: Readonly<Record<string, string>> = {
  check: 'failed its check',
  router: 'could not be taken out of rotation',
};

const ENDS: Sentences = {
  'deployment.completed': () => 'completed',
  'deployment.rollback_started': ({ reason }) => `rolling back: ${said(reason)}`,
  'deployment.restore_retried': (data) => `the way back ${againIn(data)}`,
  'deployment.traffic_restoring': ({ shares }) => `moving traffic back: ${sharesText(shares)}`,
  'deployment.traffic_restored': (data) => `traffic is back: ${movedText(data)}`,
  'deployment.flag_restoring': ({ flag, percent }) =>
    percent === null
      ? `removing flag ${said(flag)}`
      : `setting flag ${said(flag)} back to ${percentIn(percent)}`,
  'deployment.flag_restored': ({ flag, percent }) =>
    `flag ${said(flag)} is ${percent === null ? 'gone again' : `back at ${percentIn(percent)}`}`,
  'deployment.flag_left': ({ flag, found }) =>
    `flag ${said(flag)} stays as somebody else left it: ${said(found)}`,
  'deployment.rolled_back': ({ reason }) => `rolled back: ${said(reason)}`,
  'deployment.failed': ({ reason }) => `failed: ${said(reason)}`,
  'deployment.retried': ({ by, step, reason }) =>
    `retried by ${said(by)} from step ${stepIn(step)}${whyIn(reason)}`,
};

const SENTENCES: Sentences = {
  ...BEFORE_START,
  ...STEPS,
  ...ANALYSES,
  ...TARGETS,
  ...ROTATION,
  ...ENDS,
};

const isText = (value: unknown): value is string => typeof value === 'string';
const said = (value: unknown): string =>
  isText(value) || typeof value === 'number' ? String(value) : '?';
const whyIn = (reason: unknown): string => (isText(reason) ? `: ${reason}` : '');
const stepIn = (step: unknown): string => (typeof step === 'number' ? String(step + 1) : '?');
const percentIn = (percent: unknown): string =>
  typeof percent === 'number' ? percentText(percent) : '?';
const timeIn = (at: unknown): string =>
  typeof at === 'number' ? clockText(new Date(at).toISOString()) : '?';
const againIn = ({ attempt, retryAt, error }: Data): string =>
  `failed ${said(attempt)}×, again at ${timeIn(retryAt)}: ${said(error)}`;
const versionIn = (previous: unknown): string =>
  previous === null ? 'nothing' : said(fieldOf(previous, 'version'));
const heldOutIn = (targets: unknown): string =>
  Array.isArray(targets) ? `; held out of the router by others: ${listed(targets.map(said))}` : '';
/** What the driver's command has left running. */
function leftIn(evidence: unknown): string {
  const left = fieldOf(evidence, 'background');
  return isText(left) ? `; still running: ${left}` : '';
}
const coveredIn = (covers: unknown): string =>
  coverWords(
    Array.isArray(covers) ? covers.map((each) => ({ reason: reasonIn(each) })) : undefined,
  );
const reasonIn = (value: unknown): string => said(fieldOf(value, 'reason'));

function untilIn(hold: unknown): string {
  const until = fieldOf(hold, 'until');
  return typeof until === 'number' ? `, until ${timeIn(until)}` : '';
}

/** The metrics that this round could not measure, and why. */
function problemsIn(measurement: unknown): string {
  const problems = metricsIn(measurement).flatMap(({ name, sides }) => {
    const message = sides.map((side) => fieldOf(side, 'message')).find(isGiven);
    return message === undefined ? [] : [`${name} ${said(message)}`];
  });
  return problems.length === 0 ? '' : `, without ${problems.join('; ')}`;
}

/** What sources warned of. */
function notesIn(measurement: unknown): string {
  const notes = metricsIn(measurement).flatMap(({ name, sides }) => {
    // Where that is why a side has no data, it is said already.
    const told = sides.filter((side) => !isGiven(fieldOf(side, 'message')));
    const noted = told.map((side) => fieldOf(side, 'notes')).flatMap(listIn);
    return [...new Set(noted.map(said))].map((note) => `; ${name}: ${note}`);
  });
  return notes.join('');
}

const metricsIn = (measurement: unknown) =>
  listIn(fieldOf(measurement, 'metrics')).map((metric) => ({
    name: said(fieldOf(metric, 'name')),
    sides: [fieldOf(metric, 'canary'), fieldOf(metric, 'baseline')],
  }));

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isGiven = (value: unknown): boolean => value !== undefined;
/** Which versions a rollback to a named one goes back past. */
function pastIn(takesBack: unknown): string {
  const versions = fieldOf(takesBack, 'versions');
  if (!Array.isArray(versions) || versions.length === 0) return '';
  return `; takes back ${versions.map((each) => said(fieldOf(each, 'version'))).join(', ')}`;
}
