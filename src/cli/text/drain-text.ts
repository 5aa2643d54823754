import { countIn, drainWords, givenUpWords } from '../../domain/explain/drain-words.js';
import { fieldOf } from './event-field.js';

type Data = Readonly<Record<string, unknown>>;

const named = (target: unknown): string => (typeof target === 'string' ? target : '?');

/** `draining web-1: 3 requests left, at most 24 s more`, from the data of an event. */
export function drainingText({ target, count, withinMs, uncounted }: Data): string {
  const id = named(target);
  if (typeof withinMs !== 'number') return `${id}: taking it out of rotation`;
  const counted = isRecord(count) ? countIn(count) : null;
  return drainWords(id, { count: counted, ...(uncounted === true && { uncounted }) }, withinMs);
}

/** `web-1: out of rotation`, or what was left when that was given up, from the data of an event. */
export function drainedText({ target, evidence }: Data): string {
  const id = named(target);
  const ended = fieldOf(evidence, 'ended');
  if (ended === null) {
    return `${id}: out of rotation; the router cannot see whether its requests have ended`;
  }
  if (ended !== false || !isRecord(evidence)) return `${id}: out of rotation`;
  const { waitedMs } = evidence;
  const waited = typeof waitedMs === 'number' ? waitedMs : null;
  return `${id}: ${givenUpWords(countIn(evidence), waited)}`;
}

const isRecord = (value: unknown): value is Data => typeof value === 'object' && value !== null;
