import { type ServiceRef, type TargetId, type Version } from '../model/ids.js';
import type { Target } from '../model/target.js';
import { runs, type TargetStatuses } from '../model/target-status.js';
import type { AuditSource } from '../ports/audit-source.js';

/** A target that was deployed to and that the configuration does not name any more, or what one left where it was before. */
export interface LeftTarget {
  readonly target: TargetId;
  /** `null` where that was never recorded. */
  readonly address: string | null;
  /** The kind of driver that deployed to it; `null` where that was never recorded. */
  readonly driver: string | null;
  /** What it surely runs; `null` where nobody knows. */
  readonly version: Version | null;
  /** It is configured, and has another address or another driver now: this stayed at the old place. */
  readonly moved?: true;
}

/** A service with targets that left its configuration. */
export interface LeftTargets extends ServiceRef {
  readonly targets: readonly LeftTarget[];
}

/**
 * The targets of a service that may still run something and left its configuration,
 * and what others left where they were before.
 *
 * @param configured `null` where no configuration is at hand: what the last deployment found counts
 */
export function leftTargets(
  known: TargetStatuses,
  configured: readonly Pick<Target, 'id'>[] | null,
): readonly LeftTarget[] {
  const named = configured && new Set(configured.map(({ id }) => id));
  return [...known].flatMap(([target, status]) => {
    const left = named === null ? status.left === true : !named.has(target);
    const moved = (status.stays ?? []).map((each) => ({ target, ...each, moved: true as const }));
    if (!left || status.by === null || runs(status) === null) return moved;
    const { address = null, driver = null } = status.place ?? {};
    return [{ target, address, driver, version: runs(status) ?? null }, ...moved];
  });
}

/**
 * Compares a configuration with what is known of its services; changes nothing. A
 * service that a deployment is changing is passed over.
 *
 * @param configuredFor `null` where the configuration says nothing of a service's targets
 */
export async function findLeftTargets(
  source: Pick<AuditSource, 'services' | 'servicesNow'>,
  configuredFor: (ref: ServiceRef) => readonly Target[] | null,
): Promise<readonly LeftTargets[]> {
  const found: LeftTargets[] = [];
  for await (const refs of source.services()) {
    const { services } = await source.servicesNow(refs);
    for (const { environment, service, holder, targets: known } of services) {
      const ref = { environment, service };
      const targets = holder === null ? leftTargets(known, configuredFor(ref)) : [];
      if (targets.length > 0) found.push({ ...ref, targets });
    }
  }
  return found;
}
