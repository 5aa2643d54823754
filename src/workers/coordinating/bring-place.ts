import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { Result } from '../../domain/model/result.js';
import type { ServiceStatus } from '../../domain/model/service-status.js';
import type { Evidence } from '../../domain/model/target.js';
import { routeCall } from '../../domain/orchestrator/pass/route-call.js';
import type {
  RouteCall,
  RouterFailure,
  SeenTargets,
  TrafficRouter,
} from '../../domain/ports/traffic-router.js';
import { type OwedToPlace, owedToPlace } from '../../domain/orchestrator/owed-to-place.js';

export interface BehindPlace {
  readonly router: TrafficRouter;
  readonly place: string;
  readonly deployment: Deployment;
  readonly service: ServiceStatus;
  /** Asked before each change: whether it may still be made. */
  readonly keep: () => Promise<boolean>;
}

export type BroughtPlace =
  | { readonly kind: 'away' }
  /** Somebody else is at the service by now. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'alike'; readonly evidence: Evidence };

/**
 * Brings one place to what is on record of the others, and looks whether it has it.
 * Every change says how it is to be, not what to do: broken off anywhere, it is done again.
 */
export async function bringPlace(
  { router, place, deployment, service, keep }: BehindPlace,
  signal: AbortSignal,
): Promise<BroughtPlace> {
  const call: RouteCall = { ...routeCall(deployment), only: [place] };
  const owedNow = async (): Promise<OwedToPlace | BroughtPlace> => {
    const seen = await lookThere(router, call, place, signal);
    if (seen.kind !== 'seen') return seen;
    return owedToPlace(service, place, seen.targets) ?? { kind: 'failed', reason: UNSURE };
  };
  const owed = await owedNow();
  if ('kind' in owed) return owed;
  const evidence: Record<string, Evidence[string]> = {};
  for (const change of changesOf(owed, router, call, signal)) {
    // oxlint-disable no-await-in-loop -- one after the other, each asked for
    if (signal.aborted || !(await keep())) return { kind: 'lost' };
    const answer = await change.make();
    // oxlint-enable no-await-in-loop
    if (signal.aborted) return { kind: 'lost' };
    if (!answer.ok) return { kind: 'failed', reason: answer.error.message };
    if (change.shows) Object.assign(evidence, answer.value);
  }
  const left = await owedNow();
  if ('kind' in left) return left;
  if (!left.isAlike) return { kind: 'failed', reason: 'it does not show what it was told' };
  if (!(await keep())) return { kind: 'lost' };
  const { shares = null, weights = null } = evidence;
  const changed = { admitted: owed.ready.length, drained: owed.drain.length };
  return { kind: 'alike', evidence: { ...changed, shares, weights } };
}

const UNSURE = 'what the service should be there is not sure: the next deployment settles it';

interface Change {
  readonly make: () => Promise<Result<Evidence, RouterFailure>>;
  readonly shows?: true;
}

/** What is put back first, then the shares: also where they look right, for a file may not have been loaded. */
function changesOf(
  { ready, shares, drain }: OwedToPlace,
  router: TrafficRouter,
  call: RouteCall,
  signal: AbortSignal,
): readonly Change[] {
  return [
    ...ready.map((target): Change => ({ make: () => router.ready(call, target, signal) })),
    ...(shares === null
      ? []
      : [{ make: () => router.setShares(call, shares, signal), shows: true } as const]),
    ...drain.map(({ target, close }): Change => ({
      make: () => router.drain(call, target, signal, { close }),
    })),
  ];
}

/** Says nothing against what is asked: it is asked again. */
const AWAY: ReadonlySet<string> = new Set([
  'router/unreachable',
  'router/timeout',
  'router/aborted',
] satisfies RouterFailure['code'][]);

async function lookThere(
  router: TrafficRouter,
  call: RouteCall,
  place: string,
  signal: AbortSignal,
): Promise<
  | { readonly kind: 'seen'; readonly targets: SeenTargets }
  | Extract<BroughtPlace, { kind: 'away' | 'failed' }>
> {
  const each = await router.lookAtEach?.(call, signal);
  if (each?.ok === false) return { kind: 'failed', reason: each.error.message };
  const answer = each?.value.find((one) => one.place === place)?.answer;
  if (answer === undefined) return { kind: 'failed', reason: 'it is no place of the router now' };
  if (answer.ok) return { kind: 'seen', targets: answer.value };
  return AWAY.has(answer.error.code)
    ? { kind: 'away' }
    : { kind: 'failed', reason: answer.error.message };
}

/** Whether any of these places answers by now, whatever it says. */
export async function isAnyBack(
  {
    router,
    deployment,
    places,
  }: Pick<BehindPlace, 'router' | 'deployment'> & {
    readonly places: readonly string[];
  },
  signal: AbortSignal,
): Promise<boolean> {
  const call: RouteCall = { ...routeCall(deployment), only: places };
  const each = await router.lookAtEach?.(call, signal);
  if (each?.ok !== true) return true;
  return each.value.some(({ answer }) => answer.ok || !AWAY.has(answer.error.code));
}
