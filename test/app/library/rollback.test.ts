import { describe, expect, test } from 'vitest';
import { createLibrary } from '../../../src/app/library/create-library.js';
import { deployFn } from '../../../src/adapters/drivers/deploy-fn.driver.js';

function aLibrary() {
  const runs = new Map<string, string>();
  const { manager } = createLibrary({
    driver: deployFn(async ({ id }, version) => void runs.set(id, version)),
    strategy: { kind: 'rolling' },
    targets: { api: [{ id: 'web-1' }, { id: 'web-2' }, { id: 'web-3' }] },
  });
  const live = async (...versions: readonly string[]): Promise<void> => {
    for (const version of versions) await manager.deploy('api', version);
  };
  return { manager, runs, live };
}

describe('a rollback in the library', () => {
  test('to a named version goes back past those between, along the strategy given', async () => {
    const { manager, runs, live } = aLibrary();
    await live('1.0.0', '2.0.0', '3.0.0');

    const result = await manager.rollback('api', {
      ...{ toVersion: '1.0.0', reason: 'slow', requestedBy: 'ann' },
      strategy: { kind: 'canary', stages: [50, 100] },
    });

    expect(result).toMatchObject({ success: true, errors: [] });
    expect(new Set(runs.values())).toEqual(new Set(['1.0.0']));
    const states = (await manager.versions('api')).map((each) => `${each.version} ${each.state}`);
    expect(states).toEqual(['1.0.0 active', '3.0.0 rolled_back', '2.0.0 rolled_back']);
    const [back] = (await manager.history({ limit: 1 })).items;
    expect(back).toMatchObject({ requestedBy: 'ann', plan: { strategy: { kind: 'canary' } } });
  });

  test('takes a strategy alone, and brings the version before back along it', async () => {
    const { manager, live } = aLibrary();
    await live('1.0.0', '2.0.0');

    const result = await manager.rollback('api', { kind: 'rolling', batchSize: '100%' });

    expect(result).toMatchObject({ success: true, targetsUpdated: 3 });
    expect(await manager.getActive('api')).toMatchObject({ version: '1.0.0' });
  });

  test('says what is wrong with the strategy, or with the version, and throws nothing', async () => {
    const { manager, live } = aLibrary();
    await live('1.0.0', '2.0.0');

    expect(await manager.rollback('api', { kind: 'rolling', batchSize: 0 })).toMatchObject({
      ...{ success: false, targetsUpdated: 0, errors: [expect.stringContaining('batchSize')] },
    });
    expect(await manager.rollback('api', { toVersion: '9.0.0' })).toMatchObject({
      ...{ success: false, errors: [expect.stringContaining('choose 1.0.0')] },
    });
    expect(await manager.getActive('api')).toMatchObject({ version: '2.0.0' });
  });

  test('of a first version that cannot be removed is a result that says so', async () => {
    const { manager, live } = aLibrary();
    await live('1.0.0');

    expect(await manager.rollback('api')).toMatchObject({
      ...{ success: false, errors: [expect.stringContaining('cannot remove it')] },
    });
    expect(await manager.getActive('api')).toMatchObject({ version: '1.0.0' });
  });

  test('leaves nothing active after a first deployment that failed', async () => {
    const { manager } = createLibrary({
      driver: deployFn(async () => false),
      strategy: { kind: 'rolling' },
      targets: { api: [{ id: 'web-1' }] },
    });

    expect(await manager.deploy('api', '1.0.0')).toMatchObject({ success: false });
    expect(await manager.getActive('api')).toBeNull();
    expect(await manager.rollback('api')).toBeNull();
  });
});
