import { difference } from '../../src/domain/audit/findings/difference.js';
import { serviceKey } from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { isTerminal } from '../../src/domain/model/deployment/plan-state.js';
import type { DeploymentIndex } from '../../src/domain/ports/deployment-index.js';
import type { DeploymentStore } from '../../src/domain/ports/deployment-store.js';
import { plain } from './compare.js';
import { REFS } from './stage.js';
import type { StoreModel } from './store-model.js';

/** Whether everything that may be asked of a store is answered as the model would. */
export async function checkReads(
  index: DeploymentIndex,
  store: Pick<DeploymentStore, 'load' | 'service'>,
  model: StoreModel,
): Promise<void> {
  const all = [...model.deployments.values()].map(({ deployment }) => deployment);
  const newest = all.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  const open = newest.filter(({ state }) => !isTerminal(state.status));
  const ended = all.find(({ id }) => id === model.ended);
  const page = await index.history({ limit: 2 });
  const rest = page.next ? await index.history({ limit: 200, after: page.next }) : { items: [] };
  same('history', [...page.items, ...rest.items].map(plain), newest.map(plain));
  same('lastEnded', plainly(await index.lastEnded()), plainly(ended));
  same('newestOpen', plainly(await index.newestOpen()), plainly(open[0]));
  const keys = Object.keys(model.active).toSorted();
  const expected = keys.map((key) => model.active[key]);
  same('activeDeployments', await index.activeDeployments(), expected);
  for (const ref of REFS) {
    const { holder, line: waiting, stable, takenBack, targets } = model.service(ref);
    same('slot', await index.slot(ref), { ...ref, holder, waiting });
    const active = model.active[serviceKey(ref)] ?? null;
    same('versions', await index.versions(ref), { stable, takenBack, active });
    same('active', await index.active(ref), active);
    same('targetStatuses', Object.fromEntries(await index.targetStatuses(ref)), targets);
    const { targets: kept, ...its } = await store.service(ref);
    const { targets: _, ...expectedOfIt } = model.record(ref);
    same('service', { ...its, targets: Object.fromEntries(kept) }, { ...expectedOfIt, targets });
    const own = newest.filter((each) => serviceKey(each) === serviceKey(ref));
    same('history', (await index.history({ ref, limit: 200 })).items.map(plain), own.map(plain));
  }
  for (const { deployment, events } of model.deployments.values()) {
    same('load', plainly(await store.load(deployment.id)), plain(deployment));
    same('events', await index.events(deployment.id), events);
  }
}

const plainly = (deployment: Deployment | null | undefined) => deployment && plain(deployment);

function same(what: string, actual: unknown, expected: unknown): void {
  const fault = difference(actual ?? null, expected ?? null);
  if (fault !== null) throw new Error(`${what}: ${fault}`);
}
