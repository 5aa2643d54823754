import { describe, expect, test, vi } from 'vitest';
import { PlanStateError } from '../../../src/domain/manager/deployment-orchestrator.js';
import { broken, fine } from '../../support/fake-services.js';
import { anId } from '../../support/fixtures.js';
import { aWorld, LEASE } from './world.js';

describe('executing a deployment', () => {
  test('carries out an approved plan to its verification', async () => {
    const { orchestrator, planned } = aWorld();
    const { id } = await planned();

    expect(await orchestrator.executeDeployment(id)).toMatchObject({
      success: true,
      state: 'verifying',
      targetsUpdated: 2,
    });
  });

  test('takes as long as the caller waited, while it has not ended', async () => {
    const { orchestrator, planned, driver, clock } = aWorld();
    driver.onApply = async () => {
      await clock.sleep(20);
      return fine;
    };
    const { id } = await planned();

    expect((await orchestrator.executeDeployment(id)).durationMs).toBeGreaterThanOrEqual(40);
  });

  test('is woken by an order, however long it would have waited', async () => {
    const waiting = new Map<string, AbortController>();
    const untilTold = (_: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
    const { orchestrator, planned, load } = aWorld({
      ports: {
        clock: { now: () => 5_000, sleep: untilTold },
        publish: async ({ deploymentId }) => waiting.get(deploymentId)?.abort(),
        woken: (id) => {
          const waiter = new AbortController();
          waiting.set(id, waiter);
          return waiter.signal;
        },
      },
    });
    const { id } = await planned({
      strategy: { kind: 'canary', stages: [{ targets: 50, gate: true }, 100] },
    });
    const executed = orchestrator.executeDeployment(id);
    await vi.waitFor(async () => expect((await load(id)).state).toHaveProperty('gate'));
    await orchestrator.command(id, { type: 'promote', by: 'ann', all: false }, 'ann');

    expect(await executed).toMatchObject({ state: 'verifying', targetsUpdated: 2 });
  });

  test('carries out a draft where its policy lets drafts execute', async () => {
    const { orchestrator, planned, eventsOf } = aWorld();
    const { id } = await planned({ approve: false });

    expect((await orchestrator.executeDeployment(id)).state).toBe('verifying');
    expect(await eventsOf(id)).toContain('deployment.approved');
  });

  test('carries out what a failure leads to, to the end', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const { id } = await world.planned({ version: '2.0.0' });
    world.driver.onApply = ({ version }) =>
      version === '2.0.0' ? broken('no') : { ok: true, value: {} };

    expect(await world.orchestrator.executeDeployment(id)).toMatchObject({ state: 'rolled_back' });
  });

  test('waits in the process for what a queue would have delayed', async () => {
    const world = aWorld({ fixture: { strategy: { kind: 'rolling', delay: 3_600_000 } } });
    const { id } = await world.planned();
    const before = world.clock.now();
    await world.orchestrator.executeDeployment(id);

    expect(world.clock.now() - before).toBe(3_600_000);
  });

  test('waits for its turn, and for a worker that is silent', async () => {
    const world = aWorld();
    const first = await world.planned();
    await world.store.claim(first.id, { kind: 'execute', worker: 'dead', leaseMs: LEASE });
    const { id } = await world.planned({ version: '2.0.0' });
    const both = Promise.all([
      world.orchestrator.executeDeployment(id),
      (async () => {
        await world.orchestrator.executeDeployment(first.id);
        await world.orchestrator.verifyDeployment(first.id);
      })(),
    ]);
    await both;

    expect(await world.statusOf(id)).toBe('verifying');
    expect(await world.statusOf(first.id)).toBe('completed');
    expect(world.driver.ledger.indexOf('end web-2 1.0.0')).toBeLessThan(
      world.driver.ledger.indexOf('begin web-1 2.0.0'),
    );
  });

  test('takes over soon after another worker gave its claim up, long before that ran out', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    const claim = { kind: 'execute', worker: 'w0', leaseMs: 600_000 } as const;
    await world.store.claim(id, claim);
    const before = world.clock.now();
    const executed = world.orchestrator.executeDeployment(id);
    await world.clock.sleep(100);
    await world.store.release(id, 1, null);
    await executed;

    expect(world.clock.now() - before).toBeLessThan(200);
  });

  test('goes on after it lost its claim for a while', async () => {
    let once = true;
    const world = aWorld({
      wrap: (store) => {
        const renew = store.renew.bind(store);
        store.renew = async (...call) => {
          if (!once) return renew(...call);
          once = false;
          return { held: false };
        };
        return store;
      },
    });
    const { id } = await world.planned();
    world.driver.onApply = async (_, signal) => {
      if (!once) return { ok: true, value: {} };
      await world.clock.sleep(60_000, signal);
      return broken('stopped');
    };

    expect((await world.orchestrator.executeDeployment(id)).state).toBe('verifying');
  });

  test('refuses a draft whose policy wants approval', async () => {
    const { orchestrator, planned } = aWorld();
    const { id } = await planned({ approve: false, policy: { approval: 'required' } });

    await expect(orchestrator.executeDeployment(id)).rejects.toThrow(
      new PlanStateError(`cannot execute ${id}: it is a draft, and its policy requires approval`),
    );
    await orchestrator.approveDeployment(id, 'ann');
    expect((await orchestrator.executeDeployment(id)).state).toBe('verifying');
  });

  test('refuses what is neither draft nor approved, and what does not exist', async () => {
    const { orchestrator, live } = aWorld();
    const { id } = await live('1.0.0');
    const none = anId();

    await expect(orchestrator.executeDeployment(id)).rejects.toThrow(
      `cannot execute ${id}: it is completed, expected draft or approved`,
    );
    await expect(orchestrator.executeDeployment(none)).rejects.toThrow(`no deployment ${none}`);
  });

  test('of a deployment that is lost on the way says so', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    world.state.deployments.get(id)!.leaseUntil = world.clock.now() + 10;
    const executed = world.orchestrator.executeDeployment(id);
    await Promise.resolve();
    world.state.deployments.delete(id);

    await expect(executed).rejects.toThrow(`no deployment ${id}`);
  });
});
