import type { TargetId, Version } from './ids.js';
import type { Capacities } from './traffic/capacities.js';
import { ANYTHING, type Anything } from './target-status.js';
import type { TrafficShares } from './traffic-shares.js';

/**
 * What a service should be, as its last completed deployment left it: the way
 * back goes there. What most targets have is said once.
 */
export interface Declared {
  /** Of every target that `others` does not name. */
  readonly version: Version;
  /** `null`: nothing; `ANYTHING`: whatever is there, nobody ever deployed to it. */
  readonly others: Readonly<Record<string, Version | null | Anything>>;
  /** Those that failed within the tolerance, or could not be rid of what they ran: nobody but a deployment calls them. */
  readonly missed: readonly TargetId[];
  /** `null` where no traffic was ever moved. */
  readonly shares: TrafficShares | null;
  /** Those that the router sends nobody at all; not said where there are none. */
  readonly closed?: readonly TargetId[];
  /** What the shares were made for; not said where all could carry the same. */
  readonly capacities?: Capacities;
}

/** What a target should run; `ANYTHING` where nothing was ever asked of it. */
export const declaredVersion = (
  { version, others }: Declared,
  target: TargetId,
): Version | null | Anything => {
  const other = others[target];
  return other === undefined ? version : other;
};

interface Outcome {
  /** In the plan's order. */
  readonly targets: readonly TargetId[];
  /** What is known of the service beside the plan: nothing was asked of these, and nothing is. */
  readonly beside: readonly TargetId[];
  /** Those that left the configuration and are still there: nobody asks anything of them any more. */
  readonly left: readonly TargetId[];
  /** Those that left it and are gone. */
  readonly gone: readonly TargetId[];
  readonly version: Version;
  /** What became of each: the version, nothing, a failure that was tolerated, or untouched. */
  readonly endOf: (
    target: TargetId,
  ) => 'version' | 'nothing' | 'failed' | 'retire_failed' | 'untouched';
  readonly shares: TrafficShares | null;
  readonly closed?: readonly TargetId[];
  /** What these shares are made for. */
  readonly capacities?: Capacities | undefined;
}

/** What is declared once a deployment is completed, on top of what was before. */
export function declare(before: Declared | null, outcome: Outcome): Declared {
  const { targets, beside, left, gone, version, endOf, shares, closed = [] } = outcome;
  const capacities = shares === null ? before?.capacities : outcome.capacities;
  const others: Record<string, Version | null | Anything> = {};
  const planned = new Set<string>([...targets, ...left, ...gone]);
  const missed = (before?.missed ?? []).filter((id) => !planned.has(id));
  for (const [id, other] of Object.entries(before?.others ?? {})) {
    if (!planned.has(id)) others[id] = other;
  }
  for (const id of beside) {
    if (!planned.has(id)) others[id] = before === null ? ANYTHING : declaredVersion(before, id);
  }
  for (const id of left) others[id] = ANYTHING;
  for (const id of targets) {
    const end = endOf(id);
    if (end === 'nothing' || end === 'retire_failed') others[id] = null;
    if (end === 'retire_failed' || end === 'failed') missed.push(id);
    if (end === 'untouched') {
      const was = before === null ? ANYTHING : declaredVersion(before, id);
      if (was !== version) others[id] = was;
      if (before?.missed.includes(id)) missed.push(id);
    }
  }
  return {
    ...{ version, others, missed, shares: shares ?? before?.shares ?? null },
    ...(closed.length > 0 && { closed }),
    ...(capacities !== undefined && { capacities }),
  };
}
