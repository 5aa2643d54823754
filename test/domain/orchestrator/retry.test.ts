import { describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { ServiceRecord } from '../../../src/domain/model/service-status.js';
import { command } from '../../../src/domain/orchestrator/journal/command.js';
import type { Transition } from '../../../src/domain/ports/deployment-store.js';
import { broken, fine } from '../../support/fake-services.js';
import { API, web } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';
import { leftBy } from './journals.js';
import { aWorld, type World } from './world.js';

const retry = { type: 'retry', by: 'ann' } as const;
const halt = { type: 'halt', reason: 'leave it' } as const;
const hold = { policy: { onFailure: 'hold' } } as const;
const three = ['web-1', 'web-2', 'web-3'] as const;

/** Stopped at its second target, with everything left as it is. */
async function failed(world: World, version = '2.0.0') {
  world.driver.onApply = ({ target, version: given }) =>
    target.id === 'web-2' && given === version ? broken('no disk') : fine;
  const { id } = await world.planned({ version, ...hold });
  expect((await world.finish(id)).state).toMatchObject({ status: 'failed', stoppedAt: 1 });
  world.driver.onApply = () => fine;
  world.driver.calls.length = 0;
  return id;
}

/** As somebody asked for it who saw the service as it was before others wrote. */
async function retriedOn(world: World, id: DeploymentId, seen: ServiceRecord) {
  const { store, clock } = world;
  const deployment = await world.load(id);
  const ports = {
    store: {
      load: (each: DeploymentId) => store.load(each),
      append: (transition: Transition) => store.append(transition),
      service: async () => seen,
    },
    ...{ clock, actor: 'ann', publish: async () => {} },
  };
  expect((await command(ports, deployment, retry)).refusal).toBeNull();
}

describe('a retry', () => {
  test('goes on where the deployment stopped, and repeats nothing that was done', async () => {
    const world = aWorld({ fixture: { targets: three } });
    await world.live('1.0.0');
    const id = await failed(world);

    expect(await world.order(id, retry)).toBeNull();
    expect(world.published.at(-1)).toMatchObject({ kind: 'execute', deploymentId: id });
    expect((await world.finish(id)).state.status).toBe('completed');

    expect(world.driver.calls.map(({ target }) => target.id)).toEqual(['web-2', 'web-3']);
    expect(world.driver.settled).toEqual([]);
    expect((await world.index.active(API))?.version).toBe('2.0.0');
  });

  test('is not made where something newer is active', async () => {
    const world = aWorld({ fixture: { targets: three } });
    await world.live('1.0.0');
    const id = await failed(world);
    const seen = await world.store.service(API);
    const newer = await world.live('3.0.0');

    expect(await world.order(id, retry)).toBe(
      `cannot retry ${id}: ${newer.id} is active by now. Deploy 2.0.0 anew`,
    );
    // Nor where that came in between.
    await retriedOn(world, id, seen);
    const ended = await world.finish(id);

    expect(ended.state).toMatchObject({
      ...{ status: 'failed', superseded: true },
      reason: `not retried: ${newer.id} is active by now`,
    });
    expect((await world.index.active(API))?.deploymentId).toBe(newer.id);
  });

  test('is not made where another deployment has come and gone on its targets', async () => {
    const world = aWorld({ fixture: { targets: three } });
    await world.live('1.0.0');
    const id = await failed(world);
    const seen = await world.store.service(API);
    const rival = await world.planned({ version: '3.0.0' });
    world.driver.onApply = ({ target, version }) =>
      target.id === 'web-3' && version === '3.0.0' ? broken('x') : fine;
    expect((await world.finish(rival.id)).state.status).toBe('rolled_back');

    expect(await world.order(id, retry)).toEqual(
      expect.stringContaining('web-1 was changed by another deployment since'),
    );
    await retriedOn(world, id, seen);
    const ended = await world.finish(id);

    expect(ended.state).toMatchObject({
      reason: 'not retried: web-1 was changed by another deployment since',
    });
  });

  test('of a first version goes on too', async () => {
    const world = aWorld({ fixture: { targets: three } });
    const id = await failed(world, '1.0.0');
    await world.order(id, retry);

    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('of a first version is not made once another is active', async () => {
    const world = aWorld({ fixture: { targets: three } });
    const id = await failed(world, '1.0.0');
    const seen = await world.store.service(API);
    await world.live('3.0.0');
    expect(await world.order(id, retry)).not.toBeNull();
    await retriedOn(world, id, seen);

    expect((await world.finish(id)).state).toMatchObject({ status: 'failed', superseded: true });
  });
});

describe('an abort without rollback', () => {
  test('leaves everything as it is, and says that nobody knows what is active', async () => {
    const world = aWorld({ fixture: { strategy: { kind: 'rolling', delay: 60_000 } } });
    await world.live('1.0.0');
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);

    await world.order(id, halt);

    expect(await world.statusOf(id)).toBe('failed');
    expect([...world.driver.runs.values()]).toEqual(['2.0.0', '1.0.0']);
    expect(await world.index.active(API)).toMatchObject({ version: null, deploymentId: id });
    expect((await world.index.slot(API)).holder).toBeNull();
  });

  test('lets nobody begin before the worker of what was stopped has let go', async () => {
    const world = aWorld();
    let halted = false;
    world.driver.onApply = async (_, signal) => {
      if (halted) return fine;
      halted = true;
      await world.order(first.id, halt);
      await world.clock.sleep(60_000, signal);
      return broken('stopped', true);
    };
    const first = await world.planned();
    const next = await world.planned({ version: '2.0.0' });
    const pass = world.orchestrator.advance('execute', first.id);
    await world.clock.sleep(1);

    expect((await world.orchestrator.advance('execute', next.id)).kind).toBe('busy');
    await pass;
    expect((await world.finish(next.id)).state.status).toBe('completed');
    expect(world.driver.ledger.filter((line) => line.startsWith('end')).length).toBe(
      world.driver.ledger.filter((line) => line.startsWith('begin')).length,
    );
  });

  test('is settled by whoever comes after a worker that is gone', async () => {
    const world = aWorld();
    const first = await world.planned();
    const begun = [() => give.beginFirst, (fence: number) => give.startTarget(web(1), fence)];
    const fence = await leftBy(world, first.id, 'execute', ...begun);
    await world.order(first.id, halt);
    const waits = [400, 0];
    world.driver.onSettle = () => waits.shift() ?? 0;
    const { id } = await world.planned({ version: '2.0.0' });

    expect(await world.orchestrator.advance('execute', id)).toMatchObject({
      ...{ kind: 'wait_until', until: world.clock.now() + 400 },
    });
    expect(await world.statusOf(id)).toBe('approved');
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.driver.settled[0]).toMatchObject({
      ...{ deploymentId: first.id, action: 'deploy', version: '1.0.0', worker: 'w1', fence },
    });
  });

  test('of a rollback leaves what it had begun to be settled as such', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const first = await world.live('2.0.0');
    await world.order(first.id, { type: 'rollback', reason: 'slow' });
    await leftBy(world, first.id, 'rollback', (fence) => give.startRestore(web(1), fence));
    await world.order(first.id, halt);
    const { id } = await world.planned({ version: '3.0.0' });

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.driver.settled[0]).toMatchObject({ action: 'rollback', version: '0.9.0' });
  });

  test('of a retirement asks for nothing to run there', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const first = await world.planned({ version: '2.0.0' });
    await leftBy(...([world, first.id, 'execute', () => give.begin] as const), (fence) =>
      give.startRetire(web(2), fence),
    );
    await world.order(first.id, halt);
    const { id } = await world.planned({ version: '3.0.0' });

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.driver.settled).toMatchObject([
      { target: { id: 'web-2' }, action: 'rollback', version: null },
    ]);
  });

  test('has nothing to settle of a target that is not of the plan', async () => {
    const world = aWorld();
    const first = await world.planned({ targets: three });
    await leftBy(...([world, first.id, 'execute', () => give.beginFirst] as const), (fence) =>
      give.startTarget(web(3), fence),
    );
    await world.order(first.id, halt);
    const { id } = await world.planned({ version: '2.0.0' });

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.driver.settled).toEqual([]);
  });
});
