import type { EventView } from '../../contracts/views/deployment-view.js';
import type { Segment } from '../text/line.js';
import { STATUS_TONE, type Tone } from '../text/paint.js';
import { count } from './step-text.js';
import { dateTimeText, durationText } from '../text/time-text.js';
import { timelineFilter } from './timeline-filter.js';
import { timelineLine } from './timeline.js';

/** One line of a simulation's timeline, and when it is due (epoch milliseconds, virtual). */
export interface TimedLine {
  readonly at: number;
  readonly segments: readonly Segment[];
}

/** More of a kind in a row than this are told as one. */
const TOLD_ONE_BY_ONE = 3;

/**
 * The timeline of a simulation, short enough to read: what happens to the
 * targets of a batch is one line, and so are the rounds of an analysis.
 */
export function simulationTimeline(
  events: readonly EventView[],
  startedAt: number,
): readonly TimedLine[] {
  const when = (iso: string): string =>
    `${dateTimeText(iso)} ${`+${durationText(Date.parse(iso) - startedAt)}`.padEnd(8)}`;
  return runsOf(events.filter(timelineFilter())).flatMap((run) => linesOf(run, when));
}

/** Events of targets, or of one analysis' rounds, that follow each other; all others alone. */
function runsOf(events: readonly EventView[]): readonly (readonly EventView[])[] {
  const runs: EventView[][] = [];
  let last: string | null = null;
  for (const event of events) {
    const kind = kindOf(event);
    if (kind !== null && kind === last) runs.at(-1)?.push(event);
    else runs.push([event]);
    last = kind;
  }
  return runs;
}

function kindOf({ type, data }: EventView): string | null {
  if ('target' in data) return 'targets';
  return type === 'deployment.measured' ? `measured ${String(data['step'])}` : null;
}

function linesOf(run: readonly EventView[], when: (iso: string) => string): readonly TimedLine[] {
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last === undefined) return [];
  if (kindOf(first) === 'targets') return targetLines(run, when);
  if (run.length <= TOLD_ONE_BY_ONE) return run.map((event) => plainLine(event, when));
  const { segments, at } = plainLine(last, when);
  return [{ at, segments: [...segments, ['faint', ` (${run.length} rounds up to here)`]] }];
}

const plainLine = (event: EventView, when: (iso: string) => string): TimedLine => ({
  at: Date.parse(event.time),
  segments: timelineLine(event, when),
});

/** What belongs to a call, and says nothing of what came of it. */
const BY_THE_WAY: ReadonlySet<string> = new Set([
  'deployment.target_started',
  'deployment.target_restoring',
  'deployment.target_retiring',
]);

const WORDS: Readonly<Record<string, readonly [tone: Tone, words: string]>> = {
  'deployment.target_updated': ['plain', 'updated'],
  'deployment.target_retried': ['warn', 'failed in passing, to be tried again'],
  'deployment.target_failed': ['bad', 'failed'],
  'deployment.target_restored': ['plain', 'back as before'],
  'deployment.target_restore_failed': ['bad', 'could not be restored'],
  'deployment.target_retired': ['plain', 'retired'],
  'deployment.target_drained': ['warn', 'out of rotation with requests still open'],
  'deployment.target_admitted': ['plain', 'in rotation'],
  'deployment.target_retire_failed': ['warn', 'kept the old version'],
  'deployment.call_settled': ['plain', 'settled'],
  'deployment.targets_removed': ['warn', 'removed'],
};

/** What came of the calls; that they began is told only where nothing has come of any yet. */
function targetLines(
  run: readonly EventView[],
  when: (iso: string) => string,
): readonly TimedLine[] {
  const ends = run.filter(({ type }) => !BY_THE_WAY.has(type));
  if (ends.length === 0) return run.slice(0, TOLD_ONE_BY_ONE).map((each) => plainLine(each, when));
  const lastOfType = new Map(ends.map((event) => [event.type, event]));
  return [...lastOfType.values()]
    .toSorted((a, b) => a.sequence - b.sequence)
    .flatMap((last) => {
      const same = ends.filter(({ type }) => type === last.type);
      return same.length <= TOLD_ONE_BY_ONE
        ? same.map((event) => plainLine(event, when))
        : [togetherLine(last, same, when)];
    });
}

/** @param last of them: it says when, and where the deployment stood then */
function togetherLine(
  { time, state, sequence, type }: EventView,
  events: readonly EventView[],
  when: (iso: string) => string,
): TimedLine {
  const [tone, words] = WORDS[type] ?? ['plain', type];
  const targets = [...new Set(events.map(({ data }) => String(data['target'])))].toSorted((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const more = targets.length - TOLD_ONE_BY_ONE;
  const shown = targets.slice(0, TOLD_ONE_BY_ONE).join(', ');
  return {
    at: Date.parse(time),
    segments: [
      ['faint', `${when(time)} #${String(sequence).padEnd(3)} `],
      [STATUS_TONE[state], state.padEnd(12)],
      ' ',
      [
        tone,
        `${count(targets.length, 'target')} ${words}: ${shown}${more > 0 ? ` and ${more} more` : ''}`,
      ],
    ],
  };
}
