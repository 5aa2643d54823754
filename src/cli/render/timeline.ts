import type { EventView } from '../../contracts/views/deployment-view.js';
import { lastLines } from '../../contracts/views/last-lines.js';
import { fieldOf } from '../text/event-field.js';
import { eventSentence } from './event-sentence.js';
import type { Segment } from '../text/line.js';
import { STATUS_TONE, type Tone, VERDICT_TONE } from '../text/paint.js';
import { clockText } from '../text/time-text.js';

/** What happened, and below it the last lines of what a failed call said. */
export const timelineLines = (
  event: Parameters<typeof timelineLine>[0],
  timeText?: (iso: string) => string,
): readonly (readonly Segment[])[] => [
  timelineLine(event, timeText),
  ...(FAILED_CALLS.has(event.type) ? saidLines(event.data['evidence']) : []),
];

const FAILED_CALLS: ReadonlySet<string> = new Set([
  'deployment.target_failed',
  'deployment.target_retried',
  'deployment.target_restore_failed',
  'deployment.target_retire_failed',
]);

/** The last lines of a failed call's output, set off from what we say ourselves. */
export const saidLines = (evidence: unknown): readonly (readonly Segment[])[] =>
  lastLines(evidence).map((text) => [['faint', '    | '], text]);

/** What happened, as one line. */
export function timelineLine(
  event: Pick<EventView, 'sequence' | 'type' | 'time' | 'state' | 'data'>,
  timeText: (iso: string) => string = clockText,
): readonly Segment[] {
  return [
    ['faint', `${timeText(event.time)} #${String(event.sequence).padEnd(3)} `],
    [STATUS_TONE[event.state] ?? 'plain', event.state.padEnd(12)],
    ' ',
    [toneOf(event), eventSentence(event)],
  ];
}

const TONES: Readonly<Record<string, Tone>> = {
  'deployment.approval_given': 'busy',
  'deployment.approvals_lapsed': 'warn',
  'deployment.held': 'warn',
  'deployment.overridden': 'warn',
  'deployment.gate_reached': 'warn',
  'deployment.paused': 'warn',
  'deployment.step_retried': 'warn',
  'deployment.restore_retried': 'warn',
  'deployment.target_retried': 'warn',
  'deployment.target_retire_failed': 'warn',
  'deployment.target_failed': 'bad',
  'deployment.target_restore_failed': 'bad',
  'deployment.inconclusive': 'warn',
  'deployment.completed': 'good',
  'deployment.rollback_started': 'warn',
  'deployment.failed': 'bad',
};

function toneOf({ type, data }: Pick<EventView, 'type' | 'data'>): Tone {
  const { report } = data;
  if (type === 'deployment.router_seen') return isAnyOut(data) ? 'warn' : 'plain';
  if (typeof report !== 'object' || report === null) return TONES[type] ?? 'plain';
  return (
    VERDICT_TONE[String(Object.entries(report).find(([key]) => key === 'verdict')?.[1])] ?? 'plain'
  );
}

/** Somebody else keeps a target out of service, or a balancer is away. */
const isAnyOut = ({ targets }: EventView['data']): boolean =>
  typeof targets === 'object' &&
  targets !== null &&
  Object.values(targets).some(
    (seen: unknown) =>
      HELD_OUT.has(fieldOf(seen, 'heldOut')) || fieldOf(seen, 'away') !== undefined,
  );

const HELD_OUT: ReadonlySet<unknown> = new Set(['maintenance', 'drained']);
