import { describe, expect, test } from 'vitest';
import { MemoryDeploymentIndex } from '../../../src/adapters/memory/memory-index.js';
import { emptyState } from '../../../src/adapters/memory/memory-state.js';
import { MemoryDeploymentStore } from '../../../src/adapters/memory/memory-store.js';
import { mortalStore, WorkerDied } from '../../../src/adapters/simulation/mortal-store.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { aDraft } from '../../support/fixtures.js';
import { StoreHand } from '../../support/store-hand.js';
import { deploymentStoreSuite } from '../../suites/deployment-store.suite.js';

const inMemory = () => {
  const state = emptyState();
  return { store: new MemoryDeploymentStore(state, systemClock), state };
};

deploymentStoreSuite('the store of a worker who does not die', async () => {
  const { store, state } = inMemory();
  return new StoreHand(
    mortalStore(store, { nth: Number.POSITIVE_INFINITY }),
    new MemoryDeploymentIndex(state),
  );
});

describe('the store of a worker who dies', () => {
  test.each([
    ['before', undefined],
    ['after', 'draft'],
  ] as const)('%s its call took effect throws from then on', async (moment, status) => {
    const { store } = inMemory();
    const { deployment, events } = aDraft();
    const mortal = mortalStore(store, { nth: 2, moment });

    expect(await mortal.load(deployment.id)).toBeUndefined();
    await expect(mortal.create(deployment, events)).rejects.toThrow(WorkerDied);
    await expect(mortal.load(deployment.id)).rejects.toThrow('died at call 2');
    expect((await store.load(deployment.id))?.state.status).toBe(status);
  });
});
