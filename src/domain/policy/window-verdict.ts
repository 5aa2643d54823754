import type { Calendar } from '../ports/calendar.js';
import { coversFreeze, type Freeze, isInForce } from '../model/plan/freeze.js';
import type { Hold } from '../model/hold.js';
import type { PolicySubject } from '../model/plan/subject.js';
import type { DeploymentWindow } from '../model/plan/window.js';

/** What says when a deployment may begin. */
export interface Timetable {
  readonly subject: PolicySubject;
  readonly windows: readonly DeploymentWindow[];
  readonly freezes: readonly Freeze[];
  readonly calendar: Calendar;
}

export type WindowVerdict =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'closed';
      /** The first thing that closes it; `until` is the first moment at which nothing does. */
      readonly hold: Hold;
      /** Everything that closes it now, each with its own end. */
      readonly closures: readonly Hold[];
    };

/** Times that follow one another without a gap are looked through so far; then nobody knows. */
const MOST_CLOSURES = 100;

/**
 * Whether a deployment may begin: not in a freeze, not in a `deny` window, and
 * where there are `allow` windows only in one of them.
 */
export function windowVerdict(table: Timetable, at: number): WindowVerdict {
  const closures = closuresAt(table, at);
  const [first] = closures;
  if (first === undefined) return { kind: 'open' };
  return { kind: 'closed', hold: { ...first, until: opening(table, at) }, closures };
}

function opening(table: Timetable, from: number): number | null {
  let at = from;
  for (let looked = 0; looked < MOST_CLOSURES; looked += 1) {
    const ends = closuresAt(table, at).map(({ until }) => until);
    if (ends.length === 0) return at;
    const known = ends.filter((end) => end !== null);
    if (known.length < ends.length) return null;
    at = Math.max(...known);
  }
  return null;
}

const closuresAt = (table: Timetable, at: number): readonly Hold[] => [
  ...frozen(table, at),
  ...denied(table, at),
  ...outside(table, at),
];

const frozen = ({ freezes, subject }: Timetable, at: number): readonly Hold[] =>
  freezes
    .filter((freeze) => isInForce(freeze, at) && coversFreeze(freeze, subject))
    .map(({ id, reason, by, until }) => ({
      kind: 'freeze',
      reason: by === null ? `frozen: ${reason}` : `frozen by ${by}: ${reason}`,
      until,
      liftedBy: `lifting the freeze ${id}, or an override with a reason`,
    }));

const BY_OVERRIDE = 'an override with a reason';

const denied = ({ windows, calendar }: Timetable, at: number): readonly Hold[] =>
  windows.flatMap((window) => {
    if (window.kind !== 'deny') return [];
    const occurrence = calendar.occurrence(window, at);
    if (occurrence === null) return [];
    const reason = `no deployments now: ${window.reason}`;
    return [{ kind: 'window', reason, until: occurrence.until, liftedBy: BY_OVERRIDE }];
  });

function outside({ windows, calendar }: Timetable, at: number): readonly Hold[] {
  const allowed = windows.filter(({ kind }) => kind === 'allow');
  if (allowed.length === 0) return [];
  if (allowed.some((window) => calendar.occurrence(window, at) !== null)) return [];
  const nexts = allowed.map((window) => calendar.next(window, at)).filter((next) => next !== null);
  const reason = `outside its windows: ${allowed.map((window) => window.reason).join('; ')}`;
  const until = nexts.length === 0 ? null : Math.min(...nexts);
  return [{ kind: 'window', reason, until, liftedBy: BY_OVERRIDE }];
}
