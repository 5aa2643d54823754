import type { ServiceRef, Version } from '../model/ids.js';
import type { Target } from '../model/target.js';
import type { AuditSource, ServiceSnapshot } from '../ports/audit-source.js';
import type { Result } from '../model/result.js';
import type { RouterFailure, SeenTargets, TrafficRouter } from '../ports/traffic-router.js';
import type { Declared } from '../model/declared.js';
import { placesBehindOf } from '../reconcile/missed-by.js';
import { type Drift, driftOf } from '../reconcile/drift.js';

/** The router of a service as it is configured, and the targets behind it. */
export interface RoutedService {
  readonly router: TrafficRouter;
  readonly targets: readonly Target[];
}

export interface DriftReport {
  /** Services whose router was asked, or was to be. */
  readonly asked: number;
  readonly services: readonly ServiceDrift[];
}

/** A service that is not as it declares, or of which that can't be told. */
export type ServiceDrift = ServiceRef & {
  /** The place of the router, where there are several and it is not so at all of them. */
  readonly place?: string;
  /** It was away when changes were made, and a worker brings it up by itself. */
  readonly behind?: true;
} & (
    | { readonly kind: 'unasked'; readonly reason: string }
    | { readonly kind: 'drifted'; readonly version: Version; readonly drifts: readonly Drift[] }
  );

/**
 * Compares what the routers say with what the services declare; changes nothing.
 * A service that a deployment is changing, or that changed meanwhile, is passed over.
 */
export async function findDrift(
  source: Pick<AuditSource, 'services' | 'servicesNow'>,
  routedOf: (ref: ServiceRef) => RoutedService | null,
  signal: AbortSignal,
): Promise<DriftReport> {
  let asked = 0;
  const found: ServiceDrift[] = [];
  for await (const refs of source.services()) {
    const { services } = await source.servicesNow(refs);
    const compared = await Promise.all(
      services.map(async (service) => {
        const declared = declaredAtRest(service);
        const routed = declared === null ? null : routedOf(service);
        if (declared === null || routed === null) return [];
        asked += 1;
        const drift = await compare(service, declared, routed, signal);
        return drift.map((each) => ({ service, drift: each }));
      }),
    );
    const suspects = compared.flat();
    if (suspects.length === 0) continue;
    const again = await source.servicesNow(suspects.map(({ service }) => service));
    suspects.forEach(({ service, drift }, at) => {
      if (again.services[at]?.fence === service.fence) found.push(drift);
    });
  }
  return { asked, services: found };
}

/** `null` where nothing was completed there, or something is under way. */
const declaredAtRest = ({ holder, stable: [top] }: ServiceSnapshot): Declared | null =>
  holder === null && top !== undefined ? top.declared : null;

async function compare(
  snapshot: ServiceSnapshot,
  declared: Declared,
  { router, targets }: RoutedService,
  signal: AbortSignal,
): Promise<readonly ServiceDrift[]> {
  const { environment, service } = snapshot;
  const call = { environment, service, targets };
  const each = await router.lookAtEach?.(call, signal);
  if (each === undefined || !each.ok) {
    const answer = each ?? (await router.look(call, signal));
    return compareOne(snapshot, declared, targets, answer);
  }
  const told = each.value.map(({ place, answer }) => ({
    place,
    drifts: compareOne(snapshot, declared, targets, answer),
  }));
  const behind = placesBehindOf(snapshot.targets.values());
  const [first, ...others] = told.map(({ drifts }) => JSON.stringify(drifts));
  const isSame = others.every((one) => one === first);
  return told.slice(0, isSame ? 1 : told.length).flatMap(({ place, drifts }) =>
    isSame
      ? drifts
      : drifts.map((drift): ServiceDrift => {
          return { ...drift, place, ...(behind.includes(place) && { behind: true }) };
        }),
  );
}

function compareOne(
  { environment, service, targets: known }: ServiceSnapshot,
  declared: Declared,
  targets: readonly Target[],
  answer: Result<SeenTargets, RouterFailure>,
): readonly ServiceDrift[] {
  const ref = { environment, service };
  if (!answer.ok) return [{ ...ref, kind: 'unasked', reason: answer.error.message }];
  const drifts = driftOf(declared, targets, known, answer.value);
  return drifts.length === 0
    ? []
    : [{ ...ref, kind: 'drifted', version: declared.version, drifts }];
}
