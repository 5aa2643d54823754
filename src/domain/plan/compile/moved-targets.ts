import type { DriverSummary } from '../../model/plan/deployment-plan.js';
import type { MovedTarget } from '../../model/plan/removed-target.js';
import type { Target } from '../../model/target.js';
import { runs, type TargetStatuses } from '../../model/target-status.js';

/** The targets that are somewhere else by now, or have another driver, and what becomes of what runs where they were. */
export function movedTargets(
  { targets, driver }: { readonly targets: readonly Target[]; readonly driver: DriverSummary },
  known: TargetStatuses,
): readonly MovedTarget[] {
  return targets.flatMap(({ id, address }): readonly MovedTarget[] => {
    const status = known.get(id);
    const place = status?.place;
    if (status === undefined || place === undefined || runs(status) === null) return [];
    if (place.address === address && place.driver === driver.kind) return [];
    const reason = whyLeft(place.driver, driver);
    const version = runs(status) ?? null;
    return [{ target: id, from: place.address, to: address, version, reason }];
  });
}

/** Why what runs there stays, in a sentence part; `null` where the driver ends it. */
function whyLeft(before: string, { kind, removes }: DriverSummary): string | null {
  if (before !== kind) return `the ${before} driver deployed it, and it has the ${kind} driver now`;
  return removes ? null : `the ${kind} driver cannot remove anything`;
}
