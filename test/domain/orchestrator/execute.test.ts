import { describe, expect, test } from 'vitest';
import type { Answer } from '../../support/fake-services.js';
import { aProbe, broken, fine, saw } from '../../support/fake-services.js';
import { web } from '../../support/fixtures.js';
import { aWorld, stopWith } from './world.js';

const three = ['web-1', 'web-2', 'web-3'];
const batch = (batchSize: number, more = {}) => ({
  targets: three,
  strategy: { kind: 'rolling', batchSize, ...more } as const,
});
const waits = (until: number) => ({ kind: 'wait_until', until });

describe('carrying out a plan', () => {
  test('takes target after target, hands over to verification, and says which job is next', async () => {
    const world = aWorld();
    const { id } = await world.planned();

    const ending = await world.orchestrator.advance('execute', id);

    expect(ending).toMatchObject({
      kind: 'settled',
      deployment: { state: { status: 'verifying' } },
    });
    expect(world.driver.ledger).toEqual([
      'begin web-1 1.0.0',
      'end web-1 1.0.0',
      'begin web-2 1.0.0',
      'end web-2 1.0.0',
    ]);
    expect(world.published).toEqual([{ kind: 'verify', deploymentId: id, run: 2 }]);
    expect(world.driver.calls[0]).toEqual({
      action: 'deploy',
      service: 'api',
      environment: 'production',
      deploymentId: id,
      target: expect.objectContaining({ id: 'web-1' }),
      version: '1.0.0',
      previousVersion: null,
      fence: 1,
    });
  });

  test('takes a batch at once, and every intent is written before its call', async () => {
    const world = aWorld({ fixture: batch(3) });
    const { id } = await world.planned();
    const intents: unknown[] = [];
    world.driver.onApply = async ({ target }) => {
      intents.push((await world.load(id)).targets.get(target.id)?.state);
      await world.clock.sleep(10);
      return fine;
    };
    await world.finish(id);

    expect(world.driver.ledger.slice(0, 3).toSorted()).toEqual([
      'begin web-1 1.0.0',
      'begin web-2 1.0.0',
      'begin web-3 1.0.0',
    ]);
    expect(intents).toEqual(['started', 'started', 'started']);
  });

  test('of a batch leaves no gap in the numbers of its events, and none of them out', async () => {
    const world = aWorld({ fixture: batch(3) });
    const { id } = await world.planned();
    const { revision } = await world.finish(id);
    const events = await world.index.events(id);

    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
    expect(events).toHaveLength(revision);
    expect(events.filter(({ event }) => event.type === 'deployment.target_started')).toHaveLength(
      3,
    );
  });

  test('tells the driver what ran before, and goes back to it', async () => {
    const world = aWorld();
    const first = await world.live('1.0.0');
    const second = await world.live('2.0.0');

    expect(second.previous).toEqual({ version: '1.0.0', deploymentId: first.id });
    expect(world.driver.calls.at(-1)).toMatchObject({ previousVersion: '1.0.0' });
  });

  test('checks a batch before the next, and stops at one that is not well', async () => {
    const probe = aProbe(async ({ target }) =>
      saw(target?.id === 'web-1' ? 'unhealthy' : 'healthy', '503'),
    );
    const world = aWorld({ probes: [probe] });
    const { id } = await world.planned();
    const ended = await world.finish(id);

    expect(world.driver.calls.map(({ target, action }) => `${action} ${target.id}`)).toEqual([
      'deploy web-1',
    ]);
    expect(ended.state).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(
        'web-1: unhealthy: 1 of 1 checks not healthy: up of web-1: 503',
      ),
    });
  });

  test('takes degraded for good enough, and does not look at what has failed before', async () => {
    const looked: string[] = [];
    const probe = aProbe(async ({ target }) => {
      looked.push(String(target?.id));
      return saw('degraded');
    });
    const world = aWorld({ probes: [probe], fixture: batch(3, { failureTolerance: 1 }) });
    world.driver.onApply = ({ target }) => (target.id === 'web-2' ? broken('no') : fine);
    const { id } = await world.planned();
    await world.orchestrator.advance('execute', id);

    expect(looked).toEqual(['web-1', 'web-3']);
    expect(await world.statusOf(id)).toBe('verifying');
  });

  test('skips checks that its worker has no checker for any more', async () => {
    const world = aWorld();
    const { id } = await world.planned({ checked: true });

    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('waits with no worker at it, and goes on when it is time', async () => {
    const world = aWorld({ fixture: batch(2, { delay: 3_600_000 }) });
    const { id } = await world.planned();
    const until = world.clock.now() + 3_600_000;

    expect(await world.orchestrator.advance('execute', id)).toMatchObject(waits(until));
    expect(await world.orchestrator.advance('execute', id)).toMatchObject(waits(until));
    world.clock.advance(3_600_000);
    expect((await world.orchestrator.advance('execute', id)).kind).toBe('settled');
    expect(world.driver.calls).toHaveLength(3);
  });

  test('tries again what failed in passing, after a rest, and not before', async () => {
    const answers: Answer[] = [broken('flaked', true), fine];
    const world = aWorld();
    world.driver.onApply = () => answers.shift() ?? fine;
    const { id } = await world.planned({ policy: { retryDelay: 5_000 } });
    const until = world.clock.now() + 5_000;

    expect(await world.orchestrator.advance('execute', id)).toMatchObject(waits(until));
    expect(await world.orchestrator.advance('execute', id)).toMatchObject(waits(until));
    expect(world.driver.calls).toHaveLength(1);
    expect((await world.finish(id)).state.status).toBe('completed');
    // Its end was reported: nothing of it can still be running.
    expect(world.driver.settled).toEqual([]);
  });

  test('begins nothing more past the tolerance, and rests for nobody', async () => {
    const world = aWorld({ fixture: batch(3) });
    world.driver.onApply = async ({ target }) => {
      if (target.id === 'web-3') await world.clock.sleep(50);
      return target.id === 'web-1' ? broken('dead') : broken('flaked', true);
    };
    const { id } = await world.planned({ policy: { onFailure: 'hold' } });

    expect((await world.finish(id)).state).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('1 of 3 targets failed'),
    });
    expect(world.driver.calls).toHaveLength(3);
  });

  test('a driver that throws has failed on that target, and says what it threw', async () => {
    const world = aWorld();
    const thrown: unknown[] = [new Error('bug'), 'just words'];
    world.driver.onApply = () => {
      throw thrown.shift();
    };
    const said = async () => {
      const { id } = await world.planned({ policy: { onFailure: 'hold' } });
      return (await world.finish(id)).targets.get(web(1))?.error;
    };

    expect([await said(), await said()]).toEqual(['bug', 'just words']);
  });

  test('keeps the evidence that a failed call showed', async () => {
    const world = aWorld();
    world.driver.onApply = () => ({
      ok: false,
      error: { code: 'driver/rejected', message: 'no', transient: false, evidence: { code: 7 } },
    });
    const { id } = await world.planned({ policy: { onFailure: 'hold' } });

    expect((await world.finish(id)).targets.get(web(1))?.evidence).toEqual({ code: 7 });
  });

  test('past its deadline is rolled back', async () => {
    const world = aWorld({ fixture: batch(1, { delay: 1_000 }) });
    const { id } = await world.planned({ policy: { deadline: 5_000 } });
    await world.orchestrator.advance('execute', id);
    world.clock.advance(60_000);
    await world.orchestrator.advance('execute', id);

    expect((await world.load(id)).state).toMatchObject({
      status: 'rolling_back',
      reason: 'deadline passed',
      cause: 'failure',
    });
    expect(world.driver.calls).toHaveLength(1);
  });
});

describe('a worker that is told to stop', () => {
  test('drains between targets: the one in hand is finished, the next not begun', async () => {
    const world = aWorld();
    const draining = new AbortController();
    world.driver.onApply = () => {
      draining.abort();
      return fine;
    };
    const { id } = await world.planned();
    const stop = stopWith({ draining: draining.signal });

    expect((await world.orchestrator.advance('execute', id, stop)).kind).toBe('handed_back');
    expect(world.driver.calls).toHaveLength(1);
    expect((await world.load(id)).targets.get(web(1))?.state).toBe('updated');
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.driver.calls.map(({ target }) => target.id)).toEqual(['web-1', 'web-2']);
  });

  test('begins no target of a batch once it drains', async () => {
    const world = aWorld({ fixture: batch(3) });
    const { id } = await world.planned();
    const stop = stopWith({ draining: AbortSignal.abort() });

    expect((await world.orchestrator.advance('execute', id, stop)).kind).toBe('handed_back');
    expect(world.driver.calls).toEqual([]);
  });

  test('while it looks at a batch hands the look back, and blames no target', async () => {
    const abort = new AbortController();
    const probe = aProbe(async () => {
      abort.abort();
      return saw('unhealthy');
    });
    const world = aWorld({ probes: [probe] });
    const { id } = await world.planned();
    const stop = stopWith({ abort: abort.signal });
    const ending = await world.orchestrator.advance('execute', id, stop);

    expect(ending).toMatchObject({ kind: 'wait_until', until: world.clock.now() });
    expect((await world.load(id)).targets.get(web(1))?.state).toBe('updated');
  });
});
