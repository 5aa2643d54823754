import type { DeploymentId } from '../../../src/domain/model/ids.js';
import { Journal } from '../../../src/domain/orchestrator/journal/journal.js';
import type {
  Claim,
  DeploymentStore,
  Transition,
} from '../../../src/domain/ports/deployment-store.js';
import type { WorkKind } from '../../../src/domain/model/deployment/work-owed.js';
import type { Said } from '../../../src/domain/plan/machine/decided.js';
import { serviceStatus } from '../../../src/domain/model/service-status.js';
import { isOrder } from '../../support/fixtures.js';
import { LEASE, type World } from './world.js';

/** A deployment under a claim, and the journal of who claimed it. */
export async function aJournal(world: World, claimedBy = 'w1') {
  const { id } = await world.planned();
  const claim = await world.store.claim(id, { kind: 'execute', worker: claimedBy, leaseMs: LEASE });
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  const ports = { store: world.store, clock: world.clock, actor: 'w1' };
  return { id, fence: claim.fence, journal: claimedJournal(ports, claim) };
}

export function claimedJournal(
  ports: ConstructorParameters<typeof Journal>[0],
  { deployment, fence, service }: Extract<Claim, { kind: 'claimed' }>,
): Journal {
  return new Journal(ports, deployment, fence, serviceStatus(service, deployment.plan));
}

/** What a worker wrote that is gone now, and whose lease has run out; answers its fence. */
export async function leftBy(
  world: World,
  id: DeploymentId,
  kind: WorkKind,
  ...said: readonly ((fence: number) => Said)[]
): Promise<number> {
  const claim = await world.truth.claim(id, { kind, worker: 'w0', leaseMs: 1 });
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  const journal = claimedJournal({ store: world.truth, clock: world.clock, actor: 'w0' }, claim);
  for (const each of said) {
    const what = each(claim.fence);
    const { refusal } = isOrder(what) ? journal.submit(what) : journal.report(what);
    if (refusal !== null) throw new Error(refusal.message);
  }
  await journal.flush();
  world.clock.advance(1);
  return claim.fence;
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
  service: store.service.bind(store),
  claim: store.claim.bind(store),
  release: store.release.bind(store),
  renew: store.renew.bind(store),
});
