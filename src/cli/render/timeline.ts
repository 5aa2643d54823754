import type { EventView } from '../../contracts/views/deployment-view.js';
import type { Segment } from './line.js';
import { STATUS_TONE, type Tone } from './paint.js';
import { clockText } from './time-text.js';

type Data = EventView['data'];

/** What happened, as one line. */
export function timelineLine(
  event: Pick<EventView, 'sequence' | 'type' | 'time' | 'state' | 'data'>,
  timeText: (iso: string) => string = clockText,
): readonly Segment[] {
  return [
    ['faint', `${timeText(event.time)} #${String(event.sequence).padEnd(3)} `],
    [STATUS_TONE[event.state] ?? 'plain', event.state.padEnd(12)],
    ' ',
    [TONES[event.type] ?? 'plain', sentenceOf(event)],
  ];
}

const TONES: Readonly<Record<string, Tone>> = {
  'deployment.target_retried': 'warn',
  'deployment.target_failed': 'bad',
  'deployment.target_unrestored': 'bad',
  'deployment.inconclusive': 'warn',
  'deployment.completed': 'good',
  'deployment.rollback_started': 'warn',
  'deployment.failed': 'bad',
};

const SENTENCES: Readonly<Record<string, (data: Data) => string>> = {
  'deployment.planned': () => 'planned',
  'deployment.approved': ({ by }) => (isText(by) ? `approved by ${by}` : 'approved'),
  'deployment.started': ({ previous }) => `started; before it: ${versionIn(previous)}`,
  'deployment.target_started': ({ target }) => `${said(target)}: putting the version there`,
  'deployment.target_updated': ({ target }) => `${said(target)}: updated`,
  'deployment.target_retried': ({ target, error, attempt, retryAt }) =>
    `${said(target)}: failed ${said(attempt)}×, again at ${timeIn(retryAt)}: ${said(error)}`,
  'deployment.target_failed': ({ target, error }) => `${said(target)}: failed: ${said(error)}`,
  'deployment.waiting': ({ step, until }) => `step ${stepIn(step)}: waiting until ${timeIn(until)}`,
  'deployment.step_completed': ({ step }) => `step ${stepIn(step)}: done`,
  'deployment.paused': ({ reason }) => `paused: ${said(reason)}`,
  'deployment.resumed': () => 'resumed',
  'deployment.verifying': () => 'verifying',
  'deployment.inconclusive': ({ verification, retryAt }) =>
    `inconclusive, again at ${timeIn(retryAt)}: ${reasonIn(verification)}`,
  'deployment.verified': ({ verification }) => `verified: ${reasonIn(verification)}`,
  'deployment.completed': () => 'completed',
  'deployment.rollback_started': ({ reason }) => `rolling back: ${said(reason)}`,
  'deployment.target_restoring': ({ target }) => `${said(target)}: putting the old version back`,
  'deployment.target_restored': ({ target, version }) =>
    `${said(target)}: ${isText(version) ? `back on ${version}` : 'back to running nothing'}`,
  'deployment.target_unrestored': ({ target, error }) =>
    `${said(target)}: could not be restored: ${said(error)}`,
  'deployment.rolled_back': ({ reason }) => `rolled back: ${said(reason)}`,
  'deployment.failed': ({ reason }) => `failed: ${said(reason)}`,
  'deployment.cancelled': ({ reason }) => `cancelled: ${said(reason)}`,
};

/** The list of types may grow: one that is new here is told by its name. */
function sentenceOf({ type, data }: Pick<EventView, 'type' | 'data'>): string {
  return SENTENCES[type]?.(data) ?? type.replace(/^deployment\./, '').replaceAll('_', ' ');
}

const isText = (value: unknown): value is string => typeof value === 'string';
const said = (value: unknown): string =>
  isText(value) || typeof value === 'number' ? String(value) : '?';
const stepIn = (step: unknown): string => (typeof step === 'number' ? String(step + 1) : '?');
const timeIn = (at: unknown): string =>
  typeof at === 'number' ? clockText(new Date(at).toISOString()) : '?';
const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
const versionIn = (previous: unknown): string =>
  previous === null ? 'nothing' : said(fieldOf(previous, 'version'));
const reasonIn = (verification: unknown): string => said(fieldOf(verification, 'reason'));
