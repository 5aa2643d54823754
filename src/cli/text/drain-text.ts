import { countIn, drainWords, givenUpWords, spanWords } from '../../domain/explain/drain-words.js';
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

/** `the old targets still had 496 requests in the last 1 min`, from the data of an event. */
export function countedText({ requests, overMs }: Data): string {
  if (typeof requests !== 'number' || typeof overMs !== 'number') {
    return 'the router could not say how many requests the old targets still had';
  }
  if (requests === 0) return 'the old targets had no requests any more';
  const many = `${requests} request${requests === 1 ? '' : 's'}`;
  return `the old targets still had ${many} in the last ${spanWords(overMs)}`;
}

const isRecord = (value: unknown): value is Data => typeof value === 'object' && value !== null;
