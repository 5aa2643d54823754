import { describe, expect, test } from 'vitest';
import { Fenced } from '../../../src/domain/orchestrator/journal/fenced.js';
import { aProbe, broken, fine, saw } from '../../support/fake-services.js';
import { API, type DeploymentFixture, web } from '../../support/fixtures.js';
import { aWorld, LEASE, stopWith, type World } from './world.js';

const aborted = {
  ok: false,
  error: { code: 'driver/aborted', message: 'stopped', transient: true },
} as const;

/** A worker that was stopped in mid-call: the intent stands, and nobody knows how the call ended. */
async function leftInMidCall(world: World, fixture: DeploymentFixture = {}) {
  const abort = new AbortController();
  world.driver.onApply = () => {
    abort.abort();
    return aborted;
  };
  const { id } = await world.planned(fixture);
  const ending = await world.orchestrator.advance('execute', id, stopWith({ abort: abort.signal }));
  world.driver.onApply = () => fine;
  return { id, ending };
}

describe('a worker that takes over', () => {
  test('finds the intent of a call that was stopped, and no verdict on it', async () => {
    const world = aWorld();
    const { id, ending } = await leftInMidCall(world);

    expect(ending.kind).toBe('handed_back');
    expect((await world.load(id)).targets.get(web(1))).toMatchObject({
      state: 'started',
      error: null,
      attempts: 0,
    });
  });

  test('settles what an older run may still be doing before it calls again, with a higher fence', async () => {
    const world = aWorld();
    const { id } = await leftInMidCall(world);
    const calledAt = world.clock.now();
    const order: string[] = [];
    world.driver.onSettle = () => {
      order.push('settle');
      return 0;
    };
    world.driver.onApply = ({ target }) => {
      order.push(`apply ${target.id}`);
      return fine;
    };
    await world.finish(id);

    expect(order.slice(0, 2)).toEqual(['settle', 'apply web-1']);
    expect(world.driver.settled).toMatchObject([
      { fence: 1, worker: 'w1', calledAt, action: 'deploy', version: '1.0.0' },
    ]);
    expect(world.driver.calls.map(({ fence }) => fence)).toEqual([1, 2, 2]);
  });

  test('rests while the older call cannot be settled, and asks again then', async () => {
    const world = aWorld();
    const { id } = await leftInMidCall(world);
    let left = 2;
    world.driver.onSettle = () => (left-- > 0 ? 4_000 : 0);
    const until = world.clock.now() + 4_000;

    expect(await world.orchestrator.advance('execute', id)).toMatchObject({
      kind: 'wait_until',
      until,
    });
    expect(world.driver.calls).toHaveLength(1);
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.driver.settled).toHaveLength(3);
  });

  test('sees an open call to its end even when the tolerance is used up, and does not make it again', async () => {
    const world = aWorld({
      fixture: { targets: ['web-1', 'web-2'], strategy: { kind: 'rolling', batchSize: 2 } },
    });
    const abort = new AbortController();
    world.driver.onApply = async ({ target }) => {
      if (target.id === 'web-1') return broken('dead');
      await world.clock.sleep(20);
      abort.abort();
      return aborted;
    };
    const { id } = await world.planned();
    await world.orchestrator.advance('execute', id, stopWith({ abort: abort.signal }));
    world.driver.onApply = () => fine;
    await world.orchestrator.advance('execute', id);

    expect(world.driver.settled.map(({ target }) => target.id)).toEqual(['web-2']);
    expect((await world.load(id)).targets.get(web(2))).toMatchObject({
      state: 'failed',
      error: 'its call was broken off, and is not repeated: too many others failed',
    });
    expect(world.driver.calls).toHaveLength(2);
    expect(await world.statusOf(id)).toBe('rolling_back');
  });

  test.each([
    ['of a first version, which has no way back', null],
    ['of one that others can not do without', '1.0.0'],
  ])('settles an open call before it gives the target up: %s', async (_, before) => {
    const strategy = { kind: 'rolling', maxUnavailable: 1 } as const;
    let well = true;
    const probe = aProbe(async ({ target }) =>
      saw(well || target?.id === web(1) ? 'healthy' : 'unhealthy'),
    );
    const fixture = { targets: ['web-1', 'web-2', 'web-3'], strategy };
    const world = aWorld({ probes: before === null ? [] : [probe], fixture });
    if (before !== null) await world.live(before);
    const { id } = await leftInMidCall(world, { version: '2.0.0' });
    well = false;
    await world.order(id, { type: 'abort', reason: 'no' });
    world.driver.onApply = () => broken('no disk');
    const waits = [4_000, 0];
    world.driver.onSettle = () => waits.shift() ?? 0;

    expect((await world.orchestrator.advance('rollback', id)).kind).toBe('wait_until');
    expect((await world.index.targetStatuses(API)).get(web(1))?.call).not.toBeNull();
    expect((await world.finish(id)).state.status).toBe('failed');
    expect(world.driver.settled[0]).toMatchObject({ deploymentId: id, target: { id: 'web-1' } });
    expect((await world.index.targetStatuses(API)).get(web(1))?.call).toBeNull();
  });

  test('waits until the lease of the one before it has run out', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    await world.store.claim(id, { kind: 'execute', worker: 'dead', leaseMs: LEASE });

    expect(await world.orchestrator.advance('execute', id)).toMatchObject({
      kind: 'busy',
      ms: LEASE,
    });
    expect((await world.finish(id)).state.status).toBe('completed');
  });
});

describe('a worker that was taken over', () => {
  test('stops its call, writes nothing more, and says that it is superseded', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    world.driver.onApply = async (_, signal) => {
      const row = world.state.deployments.get(id);
      if (row) row.leaseUntil = 0;
      await world.store.claim(id, { kind: 'execute', worker: 'w2', leaseMs: 60_000 });
      await world.clock.sleep(3_600_000, signal);
      return signal.aborted ? aborted : fine;
    };
    const before = world.clock.now();
    const ending = await world.orchestrator.advance('execute', id);

    expect(world.clock.now() - before).toBeLessThan(LEASE);
    expect(ending.kind).toBe('handed_back');
    expect((await world.load(id)).targets.get(web(1))?.state).toBe('started');
    expect(world.driver.calls).toHaveLength(1);
  });

  test('whose report comes too late is superseded, and nothing of it is written', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    world.driver.onApply = async () => {
      const row = world.state.deployments.get(id);
      if (row) row.leaseUntil = 0;
      await world.store.claim(id, { kind: 'execute', worker: 'w2', leaseMs: 60_000 });
      return fine;
    };

    await expect(world.orchestrator.advance('execute', id)).rejects.toThrow(Fenced);
    expect((await world.load(id)).targets.get(web(1))?.state).toBe('started');
  });

  test('that the target itself refuses for its old fence is superseded', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    world.driver.onApply = () => ({
      ok: false,
      error: { code: 'driver/fenced', message: 'saw fence 9', transient: false },
    });

    await expect(world.orchestrator.advance('execute', id)).rejects.toThrow('saw fence 9');
    expect((await world.load(id)).targets.get(web(1))?.state).toBe('started');
  });

  test('leaves nothing running: the other calls of its batch are seen to their end first', async () => {
    const world = aWorld({
      fixture: {
        targets: ['web-1', 'web-2'],
        strategy: { kind: 'rolling', batchSize: 2 },
      },
    });
    const { id } = await world.planned();
    world.driver.onApply = async ({ target }) => {
      if (target.id === 'web-2') {
        await world.clock.sleep(500);
        return fine;
      }
      return { ok: false, error: { code: 'driver/fenced', message: 'old', transient: false } };
    };

    await expect(world.orchestrator.advance('execute', id)).rejects.toThrow(Fenced);
    expect(world.driver.ledger.toSorted()).toEqual([
      'begin web-1 1.0.0',
      'begin web-2 1.0.0',
      'end web-1 1.0.0',
      'end web-2 1.0.0',
    ]);
  });

  test('begins nothing more behind a failure', async () => {
    const world = aWorld({
      fixture: {
        targets: ['web-1', 'web-2', 'web-3'],
        strategy: { kind: 'rolling', batchSize: 1 },
      },
    });
    await world.live('1.0.0');
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);
    await world.orchestrator.command(id, { type: 'rollback', reason: 'no' }, 'ann');
    const calls = world.driver.calls.length;
    world.driver.onApply = () => ({
      ok: false,
      error: { code: 'driver/fenced', message: 'old', transient: false },
    });

    await expect(world.orchestrator.advance('rollback', id)).rejects.toThrow(Fenced);
    expect(world.driver.calls).toHaveLength(calls + 1);
  });
});
