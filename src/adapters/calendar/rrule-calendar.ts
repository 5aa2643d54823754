import { RRuleTemporal } from 'rrule-temporal';
import { isTimeZone } from '../../contracts/values/time-zone.js';
import type { Calendar, Occurrence } from '../../domain/ports/calendar.js';
import { isLocalTime } from '../../domain/policy/local-time.js';
import { ruleRefusal } from '../../domain/policy/recurrence-rule.js';
import type { DeploymentWindow } from '../../domain/model/plan/window.js';

/** A rule that has shown nothing after so much looking never occurs, or as good as never. */
const BOUNDS = { maxIterations: 8_000, maxCandidateEvaluations: 10_000 };

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
    if (!(window.duration > 0)) return 'duration: expected a length of time above 0';
    return evaluationRefusal(window);
  },
  occurrence: (window, at) => occurrenceIn(ruleOf(window), window, at),
  next: (window, after) => nextOf(ruleOf(window), after),
};

function occurrenceIn(
  rule: RRuleTemporal,
  { duration }: DeploymentWindow,
  at: number,
): Occurrence | null {
  const from = rule.previous(new Date(at), true)?.epochMilliseconds;
  return from === undefined || from + duration <= at ? null : { from, until: from + duration };
}

const nextOf = (rule: RRuleTemporal, after: number): number | null =>
  rule.next(new Date(after))?.epochMilliseconds ?? null;

function ruleOf({ rrule, start, timeZone }: DeploymentWindow): RRuleTemporal {
  const digits = `${start.replaceAll(/[-:]/g, '')}00`;
  const rruleString = `DTSTART;TZID=${timeZone}:${digits}\nRRULE:${rrule}`;
  return new RRuleTemporal({ rruleString, strict: true, cache: false, ...BOUNDS });
}

function evaluationRefusal(window: DeploymentWindow): string | null {
  const start = Date.parse(`${window.start}Z`);
  try {
    const rule = ruleOf(window);
    // A day before, in whatever zone it is: nothing has occurred yet.
    if (nextOf(rule, start - 86_400_000) === null) return NEVER;
    for (const years of PROBED_YEARS) {
      occurrenceIn(rule, window, start + years * YEAR_MS);
      nextOf(rule, start + years * YEAR_MS);
    }
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return /\bexceeded\b/.test(reason) ? NEVER : `rrule: ${reason}`;
  }
}

const NEVER = 'rrule: expected a rule that occurs, and less rarely than this';
