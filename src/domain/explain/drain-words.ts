import type { DrainCount, Draining } from '../model/target.js';

/** `3 requests`, `1 connection`, `2 old workers of the router` */
export function countWords({ left, of }: DrainCount): string {
  const one = of === 'workers' ? 'old worker' : of.slice(0, -1);
  const many = `${left} ${one}${left === 1 ? '' : 's'}`;
  return of === 'workers' ? `${many} of the router` : many;
}

/**
 * `draining web-1: 3 requests left, at most 24 s more`
 *
 * @param leftMs how much longer it is waited at most, in milliseconds
 */
export function drainWords(
  target: string,
  { count, uncounted }: Pick<Draining, 'count' | 'uncounted'>,
  leftMs: number,
): string {
  const left = count === null ? '' : `${countWords(count)} left, `;
  const until = leftMs <= 0 ? 'its time is up' : `at most ${spanWords(leftMs)} more`;
  return `draining ${target}: ${left}${until}${uncounted === true ? `; ${UNCOUNTED}` : ''}`;
}

const UNCOUNTED = 'the router cannot count its requests';

/**
 * What a drain that was given up has cut off, in a sentence part; `count` is `null` where nothing
 * was said of that.
 *
 * @param waitedMs milliseconds, where they are known
 */
export function givenUpWords(count: DrainCount | null, waitedMs: number | null): string {
  const after = waitedMs === null ? '' : ` after ${passedWords(waitedMs)}`;
  if (count === null) return `drain given up${after}, with requests still open`;
  return count.of === 'workers'
    ? `drain given up${after}: ${countWords(count)} left; ${UNCOUNTED} that are cut`
    : `drain given up${after}: ${countWords(count)} cut`;
}

/** What a router's evidence of a drain says is left; `null` where it says nothing of that. */
export function countIn(evidence: Readonly<Record<string, unknown>>): DrainCount | null {
  const { left, of } = evidence;
  if (typeof left !== 'number') return null;
  return of === 'requests' || of === 'connections' || of === 'workers' ? { left, of } : null;
}

const passedWords = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : spanWords(Math.floor(ms / 1_000) * 1_000);

const UNITS = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** `24 s`, `3 min 40 s`, `1 h 5 min`: whole seconds, rounded up, in the two largest units that say something. */
export function spanWords(ms: number): string {
  let rest = Math.ceil(ms / 1_000) * 1_000;
  const parts = UNITS.flatMap(([unit, size]) => {
    const many = Math.floor(rest / size);
    rest -= many * size;
    return many > 0 ? [`${many} ${unit}`] : [];
  });
  return parts.length === 0 ? '0 s' : parts.slice(0, 2).join(' ');
}
