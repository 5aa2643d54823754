import { describe, expect, test } from 'vitest';
import type { DeploymentManager } from '../../../src/domain/manager/deployment-manager.js';
import { DeploymentManager as Manager } from '../../../src/domain/manager/deployment-manager.js';
import type { ManagerPorts } from '../../../src/domain/manager/deployment-manager.js';
import { SILENT } from '../../../src/domain/ports/log.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { aProbe, broken, FakeServices, fine, saw } from '../../support/fake-services.js';
import { anId, API, v } from '../../support/fixtures.js';
import { aWorld, type World } from '../orchestrator/world.js';

const managed = (world: World, ports: Partial<ManagerPorts> = {}): DeploymentManager =>
  new Manager({
    orchestrator: world.orchestrator,
    catalog: new FakeServices({ driver: world.driver }),
    store: world.store,
    index: world.index,
    ids: { deploymentId: anId },
    clock: world.clock,
    log: SILENT,
    ...ports,
  });

describe('deploying a service by name', () => {
  test('brings it to the version and verifies it', async () => {
    const { manager, driver } = aWorld();

    expect(await manager.deploy('api', '1.0.0')).toMatchObject({
      success: true,
      state: 'completed',
      targetsUpdated: 3,
    });
    expect(await manager.getActive('api')).toMatchObject({
      service: 'api',
      environment: 'production',
      version: '1.0.0',
    });
    expect(driver.calls).toHaveLength(3);
  });

  test('takes the environment and strategy it is given', async () => {
    const { manager, index } = aWorld();
    const strategy = { kind: 'rolling', batchSize: 3 } as const;
    await manager.deploy({ service: 'api', environment: 'staging' }, '1.0.0', strategy);

    expect(await manager.getActive({ service: 'api', environment: 'staging' })).not.toBeNull();
    expect(await manager.getActive({ service: 'api' })).toBeNull();
    expect((await index.lastEnded())?.plan.strategy).toEqual(strategy);
  });

  test('goes back when it is not well', async () => {
    let well = true;
    const world = aWorld({ probes: [aProbe(async () => saw(well ? 'healthy' : 'unhealthy'))] });
    await world.manager.deploy('api', '1.0.0');
    world.driver.onApply = ({ version }) => {
      well = version === '1.0.0';
      return fine;
    };

    expect(await world.manager.deploy('api', '2.0.0')).toMatchObject({ state: 'rolled_back' });
    expect(await world.manager.getActive('api')).toMatchObject({ version: '1.0.0' });
  });

  test('does not verify what did not come that far', async () => {
    const { manager, driver } = aWorld();
    driver.onApply = () => broken('no');

    expect(await manager.deploy('api', '1.0.0')).toMatchObject({ state: 'failed' });
  });

  test('records what could not even be planned, and says which field is at fault', async () => {
    const { manager, index } = aWorld();
    const strategy = { kind: 'blue_green' } as const;
    const result = await manager.deploy('api', '1.0.0', strategy);

    expect(result).toMatchObject({
      success: false,
      state: 'failed',
      errors: [expect.stringContaining('targets: blue_green needs two colours')],
    });
    const [item] = (await manager.history()).items;
    expect(item).toMatchObject({ version: '1.0.0', state: { status: 'failed' }, revision: 2 });
    expect((await index.events(item?.id ?? anId())).map(({ sequence }) => sequence)).toEqual([
      1, 2,
    ]);
    expect(await manager.getActive('api')).toBeNull();
  });

  test('records what a caller could not even ask for', async () => {
    const { manager } = aWorld();
    const refusal = { path: 'strategy.batchSize', message: 'expected a number' };

    expect(await manager.refuse('api', '1.0.0', refusal)).toMatchObject({
      ...{ success: false, errors: ['strategy.batchSize: expected a number'] },
    });
    expect((await manager.history()).items).toHaveLength(1);
    await expect(manager.refuse('api', ' ', refusal)).rejects.toThrow('not a version');
  });

  test('records what the configuration refuses', async () => {
    const world = aWorld();
    const error = { code: 'plan/impossible', path: 'service', message: 'unknown' } as const;
    const manager = managed(world, { catalog: { resolve: () => ({ ok: false, error }) } });

    expect(await manager.deploy('api', '1.0.0')).toMatchObject({ errors: ['service: unknown'] });
  });

  test('turns an error that its strategy throws into a recorded failure', async () => {
    const { manager } = aWorld();
    // What an untyped caller may pass.
    const odd = { kind: 'canary', stages: 5 } as unknown as StrategySpec;

    expect(await manager.deploy('api', '1.0.0', odd)).toMatchObject({
      success: false,
      state: 'failed',
      errors: [expect.stringMatching(/^plan: .*not a function/)],
    });
    expect((await manager.history()).items).toHaveLength(1);
  });

  test.each([new Error('cable cut'), 'cable cut'])(
    'turns an error thrown on the way into a recorded failure',
    async (thrown) => {
      let cut = true;
      const world = aWorld({
        wrap: (store) => {
          const claim = store.claim.bind(store);
          store.claim = (...args) => {
            if (!cut) return claim(...args);
            cut = false;
            // What a careless adapter may throw.
            // oxlint-disable-next-line typescript/only-throw-error
            throw thrown;
          };
          return store;
        },
      });

      expect(await world.manager.deploy('api', '1.0.0')).toMatchObject({
        state: 'failed',
        errors: ['cable cut'],
      });
      expect((await world.index.lastEnded())?.state).toEqual({
        status: 'failed',
        reason: 'cable cut',
      });
    },
  );

  test('records a failure of a deployment whose record is gone', async () => {
    const world = aWorld();
    const manager = managed(world, {
      store: Object.assign(Object.create(world.store) as typeof world.store, {
        load: () => Promise.resolve(undefined),
        create: () => Promise.resolve(),
      }),
    });

    expect((await manager.deploy('api', '1.0.0')).errors).toEqual([
      expect.stringMatching(/^id: dep_\w+ is no longer in the store$/),
    ]);
  });

  test.each([
    ['a:b', '1.0.0'],
    ['api', 'two words'],
  ])('throws on %s at %s, which are no names', async (service, version) => {
    await expect(aWorld().manager.deploy(service, version)).rejects.toThrow(TypeError);
  });
});

describe('planning through the manager', () => {
  const request = {
    ...API,
    version: v('1.0.0'),
    requestedBy: null,
    idempotencyKey: null,
    digest: '',
    metadata: {},
  };

  test.each([
    ['none', true, 'approved'],
    ['none', false, 'draft'],
    ['required', true, 'draft'],
  ] as const)(
    'where the policy asks for approval %s, a request to approve (%s) makes it %s',
    async (approval, approve, status) => {
      const { manager } = aWorld({ fixture: { policy: { approval } } });

      expect(await manager.plan({ ...request, id: anId(), approve })).toMatchObject({
        value: { deployment: { state: { status } } },
      });
    },
  );
});

describe('looking back', () => {
  test('history is newest first, of one service or all, page by page', async () => {
    const { manager, live } = aWorld();
    const ids: string[] = [];
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) ids.unshift((await live(version)).id);

    expect((await manager.history()).items.map(({ id }) => id)).toEqual(ids);
    const page = await manager.history({ ref: API, limit: 2 });
    expect(page).toMatchObject({ items: [{ id: ids[0] }, { id: ids[1] }], next: ids[1] });
  });

  test('active deployments are one per service, and the summary counts them', async () => {
    const { manager, driver } = aWorld();
    await manager.deploy('api', '1.0.0');
    await manager.deploy('web', '1.0.0');
    driver.onApply = ({ version }) => (version === '2.0.0' ? broken('no') : fine);
    await manager.deploy('api', '2.0.0');
    await manager.deploy('shop', '2.0.0');

    expect(
      (await manager.activeDeployments()).map(({ service, version }) => [service, version]),
    ).toEqual([
      ['api', '1.0.0'],
      ['web', '1.0.0'],
    ]);
    expect(await manager.summary()).toEqual({
      total: 4,
      activeServices: 2,
      unknownServices: [],
      completed: 2,
      failed: 1,
      rolledBack: 1,
    });
  });

  test('the summary names services apart of which nobody knows the version', async () => {
    const { manager, driver } = aWorld({ fixture: { policy: { onFailure: 'hold' } } });
    for (const service of ['api', 'web']) await manager.deploy(service, '1.0.0');
    driver.onApply = () => broken('no');
    await manager.deploy('web', '2.0.0');

    expect(await manager.getActive('web')).toMatchObject({ version: null });
    expect(await manager.summary()).toMatchObject({
      ...{ activeServices: 1, unknownServices: ['production/web'] },
    });
  });
});
