import { describe, expect, test, vi } from 'vitest';
import { rruleCalendar } from '../../src/adapters/calendar/rrule-calendar.js';
import { explain } from '../../src/domain/explain/explain.js';
import { FakeDriver } from '../support/fake-services.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';

const MANY = 100;
const gated = {
  kind: 'steps' as const,
  steps: [
    { kind: 'deploy' as const, targets: 1 },
    { kind: 'gate' as const, name: 'go' },
    { kind: 'deploy' as const, targets: 'rest' as const },
  ],
};
/** On a slow machine the rescuer may have published a second job for some: a job each is what counts. */
const nobodyWorks = ({ queues }: Pipeline, waiting: number) =>
  vi.waitFor(
    async () => {
      const queue = queues.queue('execute');
      expect(await queue.getJobCounts('active', 'wait')).toEqual({ active: 0, wait: 0 });
      const delayed = await queue.getDelayed();
      const deployments = new Set(delayed.map(({ data }) => data.deploymentId));
      expect(deployments.size).toBe(waiting);
    },
    { timeout: 30_000, interval: 50 },
  );

describe('deployments at gates', () => {
  test(`hold no worker, ${MANY} of them: another one goes through, and each goes on when it is promoted`, async () => {
    const driver = new FakeDriver();
    const pipeline = await startPipeline({ driver, worker: { concurrency: 2 } });
    const { producer, until, load, index } = pipeline;
    const names = Array.from({ length: MANY }, (_, n) => `gated-${n}`);

    const waiting = await Promise.all(
      names.map((service) => producer.deploy({ service, version: '1', strategy: gated })),
    );
    await nobodyWorks(pipeline, MANY);
    for (const { deploymentId } of waiting) {
      const deployment = await load(deploymentId);
      expect(deployment.state).toMatchObject({ gate: { name: 'go', until: null } });
      const told = explain({
        ...{ deployment, slot: await index.slot(deployment), freezes: [], automationHold: null },
        ...{ known: new Map(), calendar: rruleCalendar, now: Date.now() },
      });
      const command = `signalbox promote ${deploymentId}`;
      expect(told.holds).toMatchObject([{ kind: 'gate', until: null, command }]);
    }
    const quick = await producer.deploy({ service: 'other', version: '1' });
    expect((await until(quick.deploymentId)).state.status).toBe('completed');

    await Promise.all(waiting.map(({ deploymentId }) => producer.promote(deploymentId, 'ann')));

    for (const { deploymentId } of waiting) {
      expect((await until(deploymentId)).state.status).toBe('completed');
    }
  });

  test('are passed over once somebody promoted to the end', async () => {
    const { producer, until } = await startPipeline({ driver: new FakeDriver() });
    const steps = [...gated.steps, { kind: 'gate' as const, name: 'on' }];
    const { deploymentId } = await producer.deploy({
      ...{ service: 'api', version: '1', strategy: { ...gated, steps } },
    });
    await vi.waitFor(async () => {
      expect((await until(deploymentId, 'executing')).state).toHaveProperty('gate');
    });

    await producer.promote(deploymentId, 'ann', { all: true });

    expect((await until(deploymentId)).state.status).toBe('completed');
  });

  test('abort by themselves when nobody promotes in time', async () => {
    const driver = new FakeDriver();
    const { producer, until } = await startPipeline({ driver });
    const good = await producer.deploy({ service: 'api', version: '1' });
    await until(good.deploymentId);
    const [first, , last] = gated.steps;
    const gate = { kind: 'gate' as const, name: 'go', timeout: '1s' };
    const { deploymentId } = await producer.deploy({
      ...{ service: 'api', version: '2', strategy: { kind: 'steps', steps: [first, gate, last] } },
    } as Parameters<typeof producer.deploy>[0]);

    expect((await until(deploymentId)).state).toMatchObject({
      ...{ status: 'rolled_back', reason: 'gate go: nobody promoted in time' },
    });
    expect([...driver.runs.values()]).toEqual(['1', '1', '1']);
  });
});

describe('a pause', () => {
  test('holds the slot and no worker, until it is resumed or ended', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });
    const { producer, until, load } = pipeline;
    const first = await producer.deploy({ service: 'api', version: '1', strategy: gated });
    await nobodyWorks(pipeline, 1);
    await producer.pause(first.deploymentId, 'lunch', 'ann');
    const second = await producer.deploy({ service: 'api', version: '2' });
    await until(second.deploymentId, 'approved');

    await producer.resume(first.deploymentId, 'ann');
    await vi.waitFor(async () => {
      expect((await load(first.deploymentId)).state).toHaveProperty('gate');
    });
    await producer.abort(first.deploymentId, 'no', 'ann', { rollback: false });

    expect((await until(first.deploymentId)).state).toMatchObject({
      status: 'failed',
      reason: 'no',
    });
    expect((await until(second.deploymentId)).state.status).toBe('completed');
  });

  test('of what failed is no retry: that goes on where it stopped', async () => {
    const driver = new FakeDriver();
    let broken = true;
    driver.onApply = ({ target }) =>
      broken && target.id === 'web-2'
        ? { ok: false, error: { code: 'driver/rejected', message: 'no disk', transient: false } }
        : { ok: true, value: {} };
    const { producer, until } = await startPipeline({ driver, policy: { onFailure: 'hold' } });
    const { deploymentId } = await producer.deploy({ service: 'api', version: '1' });
    expect((await until(deploymentId)).state.status).toBe('failed');
    broken = false;

    await producer.retry(deploymentId, 'ann');

    expect((await until(deploymentId, 'completed')).state.status).toBe('completed');
    expect(driver.calls.map(({ target }) => target.id)).toEqual([
      'web-1',
      'web-2',
      'web-2',
      'web-3',
    ]);
  });
});
