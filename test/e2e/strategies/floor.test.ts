import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { belowFloor, fewest, sharesIn } from '../../support/floor-judge.js';
import { haproxyTable, type Table } from '../../support/haproxy-table.js';
import type { Load } from '../../support/load.js';
import type { ShopWorldOptions } from '../../support/shop-config.js';
import { type ShopWorld, shopWorld } from '../../support/shop-world.js';

const RATE = 200;
const ROLLING = { kind: 'rolling', maxUnavailable: 1 } as const;
const THIRDS = { 'web-1': 33, 'web-2': 33, 'web-3': 33 };

/** Three targets with 1.0.0, under load and watched. */
async function watched(options: Partial<ShopWorldOptions> = {}) {
  const world = await shopWorld({ targets: 3, ...options });
  const table = haproxyTable(world.haproxy, 'be_shop');
  await world.live('1.0.0');
  await table.until((now) => Object.keys(sharesIn(now)).length === 3);
  const load = world.startLoad(RATE);
  /** A deployment as it ended or came to stand there, and the table from its beginning on. */
  const during = async (work: () => Promise<Deployment>) => {
    const watch = table.watch();
    const deployment = await work();
    const tables = await watch.stop();
    const { id, version, plan, state } = deployment;
    console.log(
      `${id} ${version}: ${state.status}, floor ${plan.floor}, fewest ${fewest(tables)} in ${tables.length} samples`,
    );
    return { deployment, tables, faults: belowFloor(tables, plan.floor) };
  };
  return { world, table, load, during };
}

async function noneFailed(load: Load): Promise<void> {
  const all = await load.stop();
  console.log(`${all.requests} requests, ${all.failures} failed, ${all.unsent} unsent`);
  expect(all.reasons).toEqual({});
  expect(all.requests).toBeGreaterThan(RATE);
}

/** What each target answers when it is asked itself. */
const versionsOf = (world: ShopWorld): Promise<readonly unknown[]> =>
  Promise.all(world.targets.map(async ({ address }) => (await fetch(`http://${address}/`)).json()));

const everywhere = (version: string) =>
  ['web-1', 'web-2', 'web-3'].map((target) => ({ version, target }));

/** Below the floor when the fix begins, since the deployment before it had none. */
const beganBelow = (tables: readonly Table[], floor: number): void => {
  expect(fewest(tables.slice(0, 1))).toBeLessThan(floor);
  expect(fewest(tables)).toBeGreaterThanOrEqual(1);
};

describe('the floor, by the table of a real HAProxy under constant load', () => {
  test('G: holds in a rolling fix of a canary by weight that failed and was held', async () => {
    const { world, table, load, during } = await watched({
      breaks: '2.0.0@web-1',
      service: { policy: { onFailure: 'hold', retries: 0, retryDelay: '100ms' } },
    });
    const canary = await during(async () =>
      world.ended(
        await world.deploy('2.0.0', {
          strategy: { kind: 'canary', traffic: true, stages: [50, 100] },
        }),
      ),
    );
    expect(canary.deployment.state.status).toBe('failed');
    expect(canary.faults).toEqual([]);

    const fix = await during(async () =>
      world.ended(await world.deploy('2.0.1', { strategy: ROLLING })),
    );

    expect(fix.deployment.state).toEqual({ status: 'completed' });
    expect(fix.deployment.plan.floor).toBe(2);
    expect(fix.faults).toEqual([]);
    beganBelow(fix.tables, 2);
    expect(sharesIn(await table.read())).toEqual(THIRDS);
    expect(await versionsOf(world)).toEqual(everywhere('2.0.1'));
    await noneFailed(load);
  });

  test('D: holds in a rolling deployment after steps that moved all traffic to one target and were halted', async () => {
    const { world, table, load, during } = await watched();
    const steps = await during(async () => {
      const id = await world.deploy('2.0.0', {
        strategy: {
          kind: 'steps',
          partial: true,
          steps: [
            { kind: 'deploy', targets: ['web-2'] },
            { kind: 'check' },
            { kind: 'shift', percent: 100 },
            { kind: 'gate', name: 'go' },
          ],
        },
      });
      await world.atGate(id, 'go');
      await world.producer.abort(id, 'later', 'ann', { rollback: false });
      return world.ended(id);
    });
    expect(steps.deployment.state).toMatchObject({ status: 'failed' });
    expect(steps.faults).toEqual([]);
    expect(sharesIn(await table.read())).toEqual({ 'web-2': 100 });

    const next = await during(async () =>
      world.ended(await world.deploy('3.0.0', { strategy: ROLLING })),
    );

    expect(next.deployment.state).toEqual({ status: 'completed' });
    expect(next.deployment.plan.floor).toBe(2);
    expect(next.faults).toEqual([]);
    beganBelow(next.tables, 2);
    expect(sharesIn(await table.read())).toEqual(THIRDS);
    expect(await versionsOf(world)).toEqual(everywhere('3.0.0'));
    await noneFailed(load);
  });
});
