import { describe, expect, onTestFinished, test } from 'vitest';
import type { DeploymentId, ServiceRef } from '../../../src/domain/model/ids.js';
import { command } from '../../../src/domain/orchestrator/journal/command.js';
import { Fenced } from '../../../src/domain/orchestrator/journal/fenced.js';
import type { WorkKind } from '../../../src/domain/model/deployment/work-owed.js';
import type { PlanCommand } from '../../../src/domain/plan/machine/plan-command.js';
import type { Transition } from '../../../src/domain/ports/deployment-store.js';
import { fine } from '../../support/fake-services.js';
import { API, isOrder, web } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';
import { claimedJournal } from './journals.js';
import { aWorld, LEASE, type World } from './world.js';

const FORCE: PlanCommand = { type: 'force_end', by: 'ann', reason: 'it hangs' };
const aborted = {
  ok: false,
  error: { code: 'driver/aborted', message: 'stopped', transient: true },
} as const;

/** Holds a worker in mid-call, deaf to every signal, until it is let go. */
function hanging() {
  let letGo: () => void = () => {};
  let called: () => void = () => {};
  const hangs = new Promise<void>((resolve) => (letGo = resolve));
  const hung = new Promise<void>((resolve) => (called = resolve));
  onTestFinished(letGo);
  return { letGo, hung, hangs, called };
}

/** A worker whose driver hangs in mid-call, on the way there or back, as a zombie's would. */
async function hungIn(world: World, kind: WorkKind) {
  const { letGo, hung, hangs, called } = hanging();
  const { id } = await world.planned({ version: '2.0.0' });
  if (kind === 'rollback') {
    await world.orchestrator.advance('execute', id);
    await world.order(id, { type: 'rollback', reason: 'no' });
  }
  world.driver.onApply = async () => {
    called();
    await hangs;
    return fine;
  };
  const pass = world.orchestrator.advance(kind, id).catch((error: unknown) => error);
  await hung;
  world.driver.onApply = () => fine;
  return { id, letGo, pass };
}

const recordOf = async (world: World, id: DeploymentId) => ({
  events: await world.index.events(id),
  row: structuredClone(await world.load(id)),
  active: await world.index.active(API),
  known: [...(await world.index.targetStatuses(API))],
});

describe('a deployment that is ended by force while a worker hangs', () => {
  test.each(['execute', 'rollback'] as const)(
    'in an %s job ends at once, and the zombie writes nothing, however late it wakes',
    async (kind) => {
      const world = aWorld({ fixture: { targets: ['web-1', 'web-2', 'web-3'] } });
      await world.live('1.0.0');
      const { id, letGo, pass } = await hungIn(world, kind);
      const before = world.clock.now();

      expect(await world.order(id, FORCE)).toBeNull();

      expect(world.clock.now()).toBe(before);
      expect((await world.load(id)).state).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(
          /^ended by force by ann: it hangs; .*an unknown version \(its call has no end\) on web/,
        ),
      });
      expect(await world.index.active(API)).toMatchObject({ version: null, deploymentId: id });
      expect((await world.index.slot(API)).holder).toBeNull();
      const left = await recordOf(world, id);
      const { length } = world.driver.calls;
      world.clock.advance(100 * LEASE);
      letGo();
      expect(await pass).toBeInstanceOf(Fenced);
      expect(await recordOf(world, id)).toEqual(left);
      expect(world.driver.calls).toHaveLength(length);
    },
  );

  test('is heard of by its worker within a third of the lease, which ends its call', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    const before = world.clock.now();
    world.driver.onApply = async (_, signal) => {
      await world.order(id, FORCE);
      await world.clock.sleep(3_600_000, signal);
      return signal.aborted ? aborted : fine;
    };
    await world.orchestrator.advance('execute', id);

    expect(world.clock.now() - before).toBeLessThanOrEqual(LEASE / 3);
    expect((await world.load(id)).targets.get(web(1))).toMatchObject({
      state: 'started',
      version: null,
    });
  });

  test('hands the slot to the next, which begins when the lease is over and settles the open call first', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const { id } = await hungIn(world, 'execute');
    const next = await world.planned({ version: '3.0.0' });
    expect((await world.orchestrator.advance('execute', next.id)).kind).toBe('in_line');

    await world.order(id, FORCE);

    expect(world.published.at(-1)).toMatchObject({ kind: 'execute', deploymentId: next.id });
    expect((await world.index.slot(API)).holder).toBe(next.id);
    const ending = await world.orchestrator.advance('execute', next.id);
    expect(ending.kind === 'busy' && ending.ms).toBeLessThanOrEqual(LEASE);
    const { length } = world.driver.calls;
    const order: string[] = [];
    world.driver.onSettle = ({ target, deploymentId }) => {
      order.push(`settle ${target.id} of ${deploymentId === id ? 'the one before' : 'its own'}`);
      return 0;
    };
    world.driver.onApply = ({ target }) => {
      order.push(`apply ${target.id}`);
      return fine;
    };
    expect((await world.finish(next.id)).state.status).toBe('completed');
    expect(order[0]).toBe('settle web-1 of the one before');
    expect(order.filter((what) => what.startsWith('apply'))).toHaveLength(
      world.driver.calls.length - length,
    );
    expect(await world.index.active(API)).toMatchObject({ version: '3.0.0' });
  });

  test('leaves the next waiting while what it left cannot be settled, and no longer', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const { id } = await hungIn(world, 'execute');
    await world.order(id, FORCE);
    const next = await world.planned({ version: '3.0.0' });
    let left = 3;
    world.driver.onSettle = () => (left-- > 0 ? 2_000 : 0);
    const { length } = world.driver.calls;
    const calls: number[] = [];
    world.driver.onApply = () => {
      calls.push(left);
      return fine;
    };

    expect((await world.finish(next.id)).state.status).toBe('completed');
    expect(calls[0]).toBeLessThan(0);
    expect(world.driver.calls.length).toBeGreaterThan(length);
  });

  test('goes on from there where somebody retries it, its open call settled first', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const { id } = await hungIn(world, 'execute');
    await world.order(id, FORCE);
    world.clock.advance(LEASE);

    await world.order(id, { type: 'retry', by: 'ann' });
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.driver.settled.map(({ deploymentId }) => deploymentId)).toContain(id);
  });
});

describe('an end by force against a worker that writes all the time', () => {
  test('comes too late once at most', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    const claim = await world.truth.claim(id, { kind: 'execute', worker: 'w1', leaseMs: LEASE });
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    const store = world.truth;
    const worker = claimedJournal({ store, clock: world.clock, actor: 'w1' }, claim);
    const commands = [
      ...[give.beginFirst, give.startTarget(web(1), claim.fence), give.updateTarget(web(1))],
      give.completeStep(0),
    ];
    const given: unknown[] = [];
    // Always a little faster than whoever gives the order.
    const outrun = async (): Promise<void> => {
      const next = commands[given.length];
      if (next === undefined) return;
      if (isOrder(next)) worker.submit(next);
      else worker.report(next);
      given.push(await worker.flush().catch((error: unknown) => error));
    };
    await outrun();
    const outside = {
      load: (which: DeploymentId) => store.load(which),
      service: (ref: ServiceRef) => store.service(ref),
      append: async (transition: Transition) => {
        await outrun();
        return store.append(transition);
      },
    };
    const ports = { ...world.ports, store: outside, actor: 'ann' };

    const { deployment } = await command(ports, await world.load(id), FORCE);

    expect(deployment.state.status).toBe('failed');
    expect(given).toEqual([undefined, undefined, expect.any(Fenced)]);
  });
});
