import { isTimeZone } from '../../contracts/values/time-zone.js';
import type { Calendar, Occurrence } from '../../domain/ports/calendar.js';
import { isLocalTime } from '../../domain/policy/local-time.js';
import { ruleRefusal } from '../../domain/policy/recurrence-rule.js';
import { isWallClockEnd, wallClockEnd } from '../../domain/policy/wall-clock-end.js';
import type { DeploymentWindow } from '../../domain/model/plan/window.js';
import { type Start, WallClockRule } from './wall-clock-rule.js';

/** `check` asks as if it were this long after the start, so that what it passes can be asked at any time later. */
const PROBED_YEARS = [0, 1, 8, 50, 100];
const YEAR_MS = 365.25 * 86_400_000;

/** Windows by RFC 5545 in real time zones, through `rrule-temporal`. Nothing is kept between calls. */
export const rruleCalendar: Calendar = {
  check(window) {
    const refusal = ruleRefusal(window.rrule);
    if (refusal !== null) return `rrule: ${refusal}`;
    if (!isLocalTime(window.start)) {
      return `start: expected a local time such as 2026-01-05T09:00, got ${JSON.stringify(window.start)}`;
    }
    if (!isTimeZone(window.timeZone)) {
      return `timeZone: expected a time zone such as Europe/Berlin, got ${JSON.stringify(window.timeZone)}`;
    }
    return endRefusal(window) ?? evaluationRefusal(window);
  },
  occurrence: (window, at) => occurrenceIn(new WallClockRule(window), window, at),
  next: (window, after) => new WallClockRule(window).next(after)?.at ?? null,
};

function endRefusal({ duration, until }: DeploymentWindow): string | null {
  if ((duration === undefined) === (until === undefined)) {
    return 'duration: expected exactly one of duration and until';
  }
  if (until !== undefined && !isWallClockEnd(until)) {
    return `until: expected a time such as MO 00:00 or 06:00, got ${JSON.stringify(until)}`;
  }
  return duration !== undefined && !(duration > 0)
    ? 'duration: expected a length of time above 0'
    : null;
}

/** Of several that overlap the one that began last also ends last. */
function occurrenceIn(
  rule: WallClockRule,
  window: DeploymentWindow,
  at: number,
): Occurrence | null {
  const start = rule.latest(at);
  if (start === null) return null;
  const until = endOf(rule, window, start);
  return until > at ? { from: start.at, until } : null;
}

/** An end that the clock shows twice closes as long, and opens as shortly, as it may mean. */
function endOf(
  { clock }: WallClockRule,
  { kind, duration = 0, until }: DeploymentWindow,
  { shown, at }: Start,
): number {
  if (until === undefined) return at + duration;
  return clock.moment(wallClockEnd(shown, until), kind === 'deny' ? 'second' : 'first');
}

function evaluationRefusal(window: DeploymentWindow): string | null {
  const start = Date.parse(`${window.start}Z`);
  try {
    const rule = new WallClockRule(window);
    // A day before, in whatever zone it is: nothing has occurred yet.
    if (rule.next(start - 86_400_000) === null) return NEVER;
    for (const years of PROBED_YEARS) {
      occurrenceIn(rule, window, start + years * YEAR_MS);
      rule.next(start + years * YEAR_MS);
    }
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return /\bexceeded\b/.test(reason) ? NEVER : `rrule: ${reason}`;
  }
}

const NEVER = 'rrule: expected a rule that occurs, and less rarely than this';
