import type { ServiceRuntime } from '../../src/domain/orchestrator/orchestrator-ports.js';
import type { DeploymentStore } from '../../src/domain/ports/deployment-store.js';
import type { FlagStore } from '../../src/domain/ports/flag-store.js';
import type { TargetDriver } from '../../src/domain/ports/target-driver.js';
import type { TrafficRouter } from '../../src/domain/ports/traffic-router.js';

export class Death extends Error {}

/**
 * When a worker dies: at its n-th call to anything outside it, before or after that
 * took effect, or while it goes on, and is not to be stopped by that.
 */
export interface Fate {
  readonly at: number;
  readonly moment: 'before' | 'during' | 'after';
  calls: number;
}

export const immortal = (): Fate => ({ at: Number.POSITIVE_INFINITY, moment: 'before', calls: 0 });

async function through<T>(fate: Fate, name: string, call: () => Promise<T>): Promise<T> {
  fate.calls += 1;
  if (fate.calls < fate.at) return call();
  if (fate.calls === fate.at && fate.moment === 'after') await call();
  if (fate.calls === fate.at && fate.moment === 'during') void call().catch(() => {});
  throw new Death(`${name}, call ${fate.calls}`);
}

/** Each of these may be a worker's last call. */
export function mortalStore(store: DeploymentStore, fate: Fate): DeploymentStore {
  return {
    create: (...given) => through(fate, 'create', () => store.create(...given)),
    load: (...given) => through(fate, 'load', () => store.load(...given)),
    service: (...given) => through(fate, 'service', () => store.service(...given)),
    claim: (...given) => through(fate, 'claim', () => store.claim(...given)),
    append: (...given) => through(fate, 'append', () => store.append(...given)),
    renew: (...given) => through(fate, 'renew', () => store.renew(...given)),
    release: (...given) => through(fate, 'release', () => store.release(...given)),
    overdue: (...given) => store.overdue(...given),
    postpone: (...given) => store.postpone(...given),
    renewWork: (...given) => store.renewWork(...given),
    lead: (...given) => store.lead(...given),
  };
}

function mortalDriver(driver: TargetDriver, fate: Fate): TargetDriver {
  const observe = driver.observe?.bind(driver);
  return {
    ...driver,
    apply: (...given) => through(fate, 'apply', () => driver.apply(...given)),
    settle: (...given) => through(fate, 'settle', () => driver.settle(...given)),
    ...(observe && { observe: (...given) => through(fate, 'observe', () => observe(...given)) }),
  };
}

function mortalRouter(router: TrafficRouter, fate: Fate): TrafficRouter {
  return {
    kind: router.kind,
    timeoutMs: router.timeoutMs,
    shares: (...given) => through(fate, 'shares', () => router.shares(...given)),
    look: (...given) => through(fate, 'look', () => router.look(...given)),
    setShares: (...given) => through(fate, 'setShares', () => router.setShares(...given)),
    drain: (...given) => through(fate, 'drain', () => router.drain(...given)),
    ready: (...given) => through(fate, 'ready', () => router.ready(...given)),
  };
}

const mortalFlags = (flags: FlagStore, fate: Fate): FlagStore => ({
  kind: flags.kind,
  read: (...given) => through(fate, 'read', () => flags.read(...given)),
  set: (...given) => through(fate, 'set', () => flags.set(...given)),
});

export const mortalRuntime = (runtime: ServiceRuntime, fate: Fate): ServiceRuntime => ({
  ...runtime,
  driver: mortalDriver(runtime.driver, fate),
  router: runtime.router ? mortalRouter(runtime.router, fate) : null,
  flags: runtime.flags ? mortalFlags(runtime.flags, fate) : null,
});
