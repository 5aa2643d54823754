import type { TargetId } from '../../model/ids.js';
import type { DriverSummary } from '../../model/plan/deployment-plan.js';
import type { Policy } from '../../model/plan/policy.js';
import type { RemovedTarget } from '../../model/plan/removed-target.js';
import type { Target } from '../../model/target.js';
import { runs, type TargetStatus, type TargetStatuses } from '../../model/target-status.js';

interface Compared {
  readonly targets: readonly Target[];
  /** Every target that the configuration names; without it nothing is compared. */
  readonly configured?: readonly Target[];
  readonly driver: DriverSummary;
  readonly policy: Policy;
}

/** The targets that were deployed to and that the configuration does not name any more, and what becomes of them. */
export function removedTargets(
  { targets, configured, driver, policy }: Compared,
  known: TargetStatuses,
): readonly RemovedTarget[] {
  const successors = successorsOf({ targets, driver }, known);
  const named = new Set<TargetId>([...targets, ...(configured ?? [])].map(({ id }) => id));
  return [...known].flatMap(([id, status]): readonly RemovedTarget[] => {
    if (named.has(id) || status.by === null || runs(status) === null) return [];
    const placeOf = successors.get(id);
    if (configured === undefined && placeOf === undefined) return [];
    const reason = placeOf === undefined ? whyLeft(status, driver, policy) : null;
    const { place: { driver: _, ...where } = { driver: '', name: id, address: '', metadata: {} } } =
      status;
    return [
      {
        target: { id, ...where },
        version: runs(status) ?? null,
        by: status.by,
        fate:
          placeOf === undefined ? whenAlone(reason) : driver.removes ? 'retire_first' : 'replace',
        ...(placeOf !== undefined && { placeOf }),
        reason,
      },
    ];
  });
}

/** Why it is not removed, in a sentence part; `null` where it is. */
function whyLeft(
  { place }: TargetStatus,
  driver: DriverSummary,
  { removedTargets: policy }: Policy,
): string | null {
  if (policy !== 'retire') return `the policy is removedTargets: ${policy}`;
  if (!driver.removes) return `the ${driver.kind} driver cannot remove anything`;
  if (place === undefined) return 'nobody recorded where it runs';
  if (place.driver === driver.kind) return null;
  return `the ${place.driver} driver deployed it, and the service has the ${driver.kind} driver now`;
}

const whenAlone = (reason: string | null): RemovedTarget['fate'] =>
  reason === null ? 'retire' : 'leave';

/**
 * Who is new at the place of whom: the one target that has its address now, deployed
 * to by the same kind of driver. Where several share an address it tells no places apart.
 */
function successorsOf(
  { targets, driver }: Pick<Compared, 'targets' | 'driver'>,
  known: TargetStatuses,
): ReadonlyMap<TargetId, TargetId> {
  const planned = new Set<TargetId>(targets.map(({ id }) => id));
  const now = byAddress(targets.map(({ id, address }) => [address, id]));
  const before = byAddress(
    [...known].flatMap(([id, { place, by }]) =>
      place?.driver === driver.kind && by !== null ? [[place.address, id] as const] : [],
    ),
  );
  return new Map(
    [...before].flatMap(([address, [old, another]]) => {
      const [fresh, ...others] = now.get(address) ?? [];
      const isOne = another === undefined && others.length === 0 && address !== '';
      const isNew = fresh !== undefined && !isDeployed(known.get(fresh));
      return isOne && isNew && old !== undefined && !planned.has(old)
        ? [[old, fresh] as const]
        : [];
    }),
  );
}

const isDeployed = (status: TargetStatus | undefined): boolean =>
  status !== undefined && status.by !== null && runs(status) !== null;

function byAddress(
  entries: readonly (readonly [string, TargetId])[],
): ReadonlyMap<string, readonly TargetId[]> {
  const found = new Map<string, TargetId[]>();
  for (const [address, id] of entries) found.set(address, [...(found.get(address) ?? []), id]);
  return found;
}
