import type { Calendar } from '../ports/calendar.js';
import { coversFreeze, type Freeze, isInForce } from '../model/plan/freeze.js';
import type { Hold } from '../model/hold.js';
import type { Override } from '../model/deployment/progress.js';
import type { PolicySubject } from '../model/plan/subject.js';
import type { DeploymentWindow } from '../model/plan/window.js';
import { type Closure, holdOf, isCovered, uncoveredWords } from './override-coverage.js';

/** What says when a deployment may begin. */
export interface Timetable {
  readonly subject: PolicySubject;
  readonly windows: readonly DeploymentWindow[];
  readonly freezes: readonly Freeze[];
  readonly calendar: Calendar;
  /** What it covers does not close; without one, nothing is covered. */
  readonly override?: Override | null;
}

export type WindowVerdict =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'closed';
      /** The first thing that closes it; `until` is the first moment at which nothing does. */
      readonly hold: Hold;
      /** Everything that closes it now, each with its own end. */
      readonly closures: readonly Closure[];
    };

/** Times that follow one another without a gap are looked through so far; then nobody knows. */
const MOST_CLOSURES = 100;

/**
 * Whether a deployment may begin: not in a freeze, not in a `deny` window, and
 * where there are `allow` windows only in one of them.
 */
export function windowVerdict(table: Timetable, at: number): WindowVerdict {
  const closures = uncovered(table, at);
  const [first] = closures;
  if (first === undefined) return { kind: 'open' };
  return { kind: 'closed', hold: { ...holdOf(first), until: opening(table, at) }, closures };
}

/** Everything that an override which is given now is for, and what one went through. */
export const closuresAt = (table: Timetable, at: number): readonly Closure[] => [
  ...frozen(table, at),
  ...denied(table, at),
  ...outside(table, at),
];

/** What closes it although there may be an override: that was given for other things. */
function uncovered(table: Timetable, at: number): readonly Closure[] {
  const { override = null } = table;
  const closures = closuresAt(table, at).filter((closure) => !isCovered(override, closure));
  if (override === null) return closures;
  return closures.map((closure) => ({
    ...closure,
    reason: `${closure.reason}; ${uncoveredWords(override)}`,
  }));
}

function opening(table: Timetable, from: number): number | null {
  let at = from;
  for (let looked = 0; looked < MOST_CLOSURES; looked += 1) {
    const ends = uncovered(table, at).map(({ until }) => until);
    if (ends.length === 0) return at;
    const known = ends.filter((end) => end !== null);
    if (known.length < ends.length) return null;
    at = Math.max(...known);
  }
  return null;
}

const frozen = ({ freezes, subject }: Timetable, at: number): readonly Closure[] =>
  freezes
    .filter((freeze) => isInForce(freeze, at) && coversFreeze(freeze, subject))
    .map(({ id, reason, by, from, until }) => ({
      of: `freeze ${id} of ${from}: ${reason}`,
      kind: 'freeze',
      reason: by === null ? `frozen: ${reason}` : `frozen by ${by}: ${reason}`,
      until,
      liftedBy: `lifting the freeze ${id}, or an override with a reason`,
    }));

const BY_OVERRIDE = 'an override with a reason';

const denied = ({ windows, calendar }: Timetable, at: number): readonly Closure[] =>
  windows.flatMap((window) => {
    if (window.kind !== 'deny') return [];
    const occurrence = calendar.occurrence(window, at);
    if (occurrence === null) return [];
    const reason = `no deployments now: ${window.reason}`;
    const { until } = occurrence;
    const of = `window ${window.reason} until ${until}`;
    return [{ of, kind: 'window', reason, until, liftedBy: BY_OVERRIDE }];
  });

function outside({ windows, calendar }: Timetable, at: number): readonly Closure[] {
  const allowed = windows.filter(({ kind }) => kind === 'allow');
  if (allowed.length === 0) return [];
  if (allowed.some((window) => calendar.occurrence(window, at) !== null)) return [];
  const nexts = allowed.map((window) => calendar.next(window, at)).filter((next) => next !== null);
  const reason = `outside its windows: ${allowed.map((window) => window.reason).join('; ')}`;
  const until = nexts.length === 0 ? null : Math.min(...nexts);
  const of = `outside until ${until}`;
  return [{ of, kind: 'window', reason, until, liftedBy: BY_OVERRIDE }];
}
