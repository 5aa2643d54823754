import { describe, expect, test } from 'vitest';
import { executeSteps } from '../../../src/domain/orchestrator/steps/execute-steps.js';
import { earliest } from '../../../src/domain/orchestrator/pass/pass.js';
import { restoreService } from '../../../src/domain/orchestrator/steps/restore-service.js';
import type { Report } from '../../../src/domain/plan/machine/report-rules.js';
import { verifyTargets } from '../../../src/domain/orchestrator/steps/verify-targets.js';
import { err } from '../../../src/domain/model/result.js';
import { anId, web } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';
import { inStatus } from '../plan/states.js';
import { legOf } from './a-pass.js';
import { leftBy } from './journals.js';
import { aWorld, stopWith } from './world.js';

const FAILED: Report = {
  ...{ type: 'deployment.target_failed', target: web(1), error: 'broken' },
  ...{ evidence: null, cause: 'call' },
};

describe('a pass', () => {
  test('of a deployment that does not exist says so', async () => {
    expect(await aWorld().orchestrator.advance('execute', anId())).toEqual({ kind: 'missing' });
  });

  test('of work that is not owed publishes what is, and does nothing itself', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    const ending = await world.orchestrator.advance('verify', id);

    expect(ending).toMatchObject({ kind: 'settled', deployment: { id } });
    expect(world.published).toEqual([{ kind: 'execute', deploymentId: id, run: 1 }]);
  });

  test('that comes again after the end changes nothing and publishes nothing', async () => {
    const world = aWorld();
    const done = await world.live('1.0.0');
    world.published.length = 0;

    expect((await world.orchestrator.advance('execute', done.id)).kind).toBe('settled');
    expect(await world.load(done.id)).toEqual(done);
    expect(world.published).toEqual([]);
  });

  test('that ends a deployment publishes the work of who was waiting', async () => {
    const world = aWorld();
    const first = await world.planned();
    const next = await world.planned({ version: '2.0.0' });
    await world.finish(first.id);

    expect(world.published.at(-1)).toEqual({ kind: 'execute', deploymentId: next.id, run: 2 });
  });

  test('whose service has no driver here rolls back, and says what is missing', async () => {
    const world = aWorld({ ports: { runtimeOf: () => err('driver: not configured') } });
    const { id } = await world.planned({ policy: { onFailure: 'hold' } });
    await world.orchestrator.advance('execute', id);

    expect((await world.load(id)).state).toMatchObject({
      status: 'cancelled',
      reason: 'driver: not configured',
    });
  });

  test('of a rollback whose service has no driver here gives up, and says what is missing', async () => {
    let gone = false;
    const world = aWorld();
    const { runtimeOf } = world.ports;
    const broken = aWorld({
      ports: { ...world.ports, runtimeOf: (d) => (gone ? err('no driver') : runtimeOf(d)) },
    });
    const { id } = await world.live('1.0.0');
    const second = await world.live('2.0.0');
    gone = true;
    await world.orchestrator.command(second.id, { type: 'rollback', reason: 'slow' }, 'ann');
    await broken.orchestrator.advance('rollback', second.id);

    expect((await world.load(second.id)).state).toEqual({ status: 'failed', reason: 'no driver' });
    expect(await world.index.active(second)).toMatchObject({ version: '2.0.0' });
    expect(id).not.toBe(second.id);
  });

  test('passes on what a broken store throws, and gives its claim up where it still can', async () => {
    let down = true;
    const world = aWorld({
      wrap: (store) => {
        const append = store.append.bind(store);
        store.append = (write) => {
          if (!down) return append(write);
          down = false;
          return Promise.reject(new Error('connection lost'));
        };
        return store;
      },
    });
    const { id } = await world.planned();

    await expect(world.orchestrator.advance('execute', id)).rejects.toThrow('connection lost');
    expect((await world.orchestrator.advance('execute', id)).kind).toBe('settled');
  });

  test('passes on what a store throws that stays down, which keeps the claim', async () => {
    const world = aWorld({
      wrap: (store) => {
        store.append = () => Promise.reject(new Error('connection lost'));
        return store;
      },
    });
    const { id } = await world.planned();

    await expect(world.orchestrator.advance('execute', id)).rejects.toThrow('connection lost');
    expect((await world.orchestrator.advance('execute', id)).kind).toBe('busy');
  });
});

describe('between an intent and its call', () => {
  test('a pause that was written meanwhile keeps the driver from being called', async () => {
    let paused = false;
    const world = aWorld({
      wrap: (store) => {
        const append = store.append.bind(store);
        store.append = async (write) => {
          const intent = write.events.some(({ event }) => event.type.endsWith('target_started'));
          if (intent && !paused) {
            paused = true;
            await world.orchestrator.command(write.before.id, give.pause, 'ann', false);
          }
          return append(write);
        };
        return store;
      },
    });
    const { id } = await world.planned();
    await world.orchestrator.command(id, give.beginFirst, 'ann', false);
    await world.orchestrator.advance('execute', id);

    expect(await world.statusOf(id)).toBe('paused');
    expect(world.driver.calls).toEqual([]);
  });

  test('an order to stop keeps the driver from being called; the intent is settled later', async () => {
    const abort = new AbortController();
    const world = aWorld({
      wrap: (store) => {
        const append = store.append.bind(store);
        store.append = (write) => {
          abort.abort();
          return append(write);
        };
        return store;
      },
    });
    const { id } = await world.planned();
    const stop = stopWith({ abort: abort.signal });

    expect((await world.orchestrator.advance('execute', id, stop)).kind).toBe('handed_back');
    expect(world.driver.calls).toEqual([]);
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.driver.settled).toHaveLength(1);
  });

  test('past the tolerance, a run that takes over begins nothing more', async () => {
    const world = aWorld({ fixture: { strategy: { kind: 'rolling', batchSize: 2 } } });
    const { id } = await world.planned();
    await leftBy(
      ...([world, id, 'execute', () => give.beginFirst, () => give.startTarget(web(1))] as const),
      () => FAILED,
    );
    await world.orchestrator.advance('execute', id);

    expect(world.driver.calls).toEqual([]);
    expect(await world.statusOf(id)).toBe('rolling_back');
  });
});

describe('what only a newer peer can have written', () => {
  test('a step of a kind that nobody here knows is left to a worker that does, and said to be', async () => {
    const executing = inStatus('executing');
    const steps = [{ kind: 'teleport' } as never];
    const pass = legOf({ ...executing, plan: { ...executing.plan, steps } });

    expect(await executeSteps(pass)).toBe(pass.clock.now() + 2_000);
    expect(pass.journal.deployment).toMatchObject({
      state: { status: 'executing', step: 0 },
      progress: { hold: { kind: 'version', reason: "this worker's version has no step teleport" } },
    });
  });

  test('a place beyond the last step is left alone', async () => {
    const executing = inStatus('executing');
    const state = { status: 'executing', step: 9, waitUntil: null } as const;

    expect(await executeSteps(legOf({ ...executing, state }))).toBeNull();
  });

  test('an answer of the store that nobody here knows is an error', async () => {
    const world = aWorld({
      wrap: (store) => {
        store.claim = () => Promise.resolve({ kind: 'perhaps' } as never);
        return store;
      },
    });

    await expect(world.orchestrator.advance('execute', anId())).rejects.toThrow('no case for');
  });
});

describe('work that is not what the state calls for', () => {
  test.each([
    ['executing', executeSteps],
    ['verifying', verifyTargets],
    ['rolling back', restoreService],
  ])('%s is left undone', async (_, work) => {
    const pass = legOf(inStatus('completed'));

    expect(await work(pass)).toBeNull();
    expect(pass.journal.deployment.state.status).toBe('completed');
  });
});

test('works that are waited for together rest until the first of them goes on', () => {
  expect(earliest([null, 30, 10, null, 20])).toBe(10);
  expect(earliest([null, null])).toBeNull();
});
