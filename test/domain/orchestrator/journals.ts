import { Journal } from '../../../src/domain/orchestrator/journal.js';
import type { DeploymentStore, Transition } from '../../../src/domain/ports/deployment-store.js';
import { LEASE, type World } from './world.js';

/** A deployment under a claim, and the journal of who claimed it. */
export async function aJournal(world: World, claimedBy = 'w1') {
  const { id } = await world.planned();
  const claim = await world.store.claim(id, { kind: 'execute', worker: claimedBy, leaseMs: LEASE });
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  const ports = { store: world.store, clock: world.clock, actor: 'w1' };
  return { id, fence: claim.fence, journal: new Journal(ports, claim.deployment, claim.fence) };
}

/** Remembers every write, and lets a test hold one up or do something just before it. */
export function watched(
  before: (write: Transition, count: number) => Promise<void> | void = () => {},
) {
  const writes: Transition[] = [];
  const wrap = (store: DeploymentStore): DeploymentStore =>
    Object.assign(Object.create(store) as DeploymentStore, {
      ...bound(store),
      append: async (write: Transition) => {
        writes.push(write);
        await before(write, writes.length);
        return store.append(write);
      },
    });
  return { writes, wrap };
}

/** Private fields want the store itself as `this`. */
const bound = (store: DeploymentStore) => ({
  load: store.load.bind(store),
  claim: store.claim.bind(store),
  release: store.release.bind(store),
  renew: store.renew.bind(store),
});
