import { describe, expect, test, vi } from 'vitest';
import { rruleCalendar } from '../../src/adapters/calendar/rrule-calendar.js';
import { explain } from '../../src/domain/explain/explain.js';
import type { DeploymentWindow } from '../../src/domain/model/plan/window.js';
import { FakeDriver } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';

/** Ten times as many as work at once. They ask again every 15 s: of hundreds, a busy machine would do nothing else. */
const MANY = 20;
/** All of this century. */
const closed: DeploymentWindow = {
  ...{ kind: 'deny', rrule: 'FREQ=YEARLY', start: '2001-01-01T00:00', timeZone: 'UTC' },
  ...{ duration: 366 * 86_400_000, reason: 'stocktaking' },
};

describe('deployments outside their windows', () => {
  test(`hold neither worker nor slot, ${MANY} of them, and begin when somebody overrides`, async () => {
    const pipeline = await startPipeline({
      driver: new FakeDriver(),
      worker: { concurrency: 2 },
      policyOf: ({ service }) => (service.startsWith('closed') ? { windows: [closed] } : {}),
    });
    const { producer, until, load, index } = pipeline;
    const names = Array.from({ length: MANY }, (_, n) => `closed-${n}`);

    const waiting = await Promise.all(
      names.map((service) => producer.deploy({ service, version: '1' })),
    );
    // They ask again now and then, so that never all of their jobs may be put off at one moment.
    for (const { deploymentId } of waiting) {
      const deployment = await vi.waitFor(async () => {
        const found = await load(deploymentId);
        expect(found.progress.hold).toMatchObject({
          kind: 'window',
          reason: 'no deployments now: stocktaking',
        });
        return found;
      });
      const slot = await vi.waitFor(async () => {
        const found = await index.slot(deployment);
        expect(found.holder).toBeNull();
        return found;
      });
      const told = explain({
        ...{ deployment, slot, freezes: [], automationHold: null },
        ...{ known: new Map(), calendar: rruleCalendar, now: Date.now() },
      });
      expect(told.holds).toMatchObject([
        { kind: 'window', reason: 'no deployments now: stocktaking' },
      ]);
    }
    const quick = await producer.deploy({ service: 'other', version: '1' });
    expect((await until(quick.deploymentId)).state.status).toBe('completed');

    const [first] = waiting;
    if (first === undefined) throw new Error('none is waiting');
    await producer.override(first.deploymentId, 'a hotfix', 'ann');

    expect((await until(first.deploymentId)).state.status).toBe('completed');
  });
});

describe('a limit over services', () => {
  test('lets as many go on at once as it says, and all of them in the end', async () => {
    const driver = new FakeDriver();
    let going = 0;
    let most = 0;
    driver.onApply = async () => {
      going += 1;
      most = Math.max(most, going);
      await new Promise((resolve) => setImmediate(resolve));
      going -= 1;
      return { ok: true, value: {} };
    };
    const { producer, until } = await startPipeline({
      ...{ driver, targets: ['web-1'], limits: [{ key: 'environment:production', most: 1 }] },
      worker: { concurrency: 4 },
    });

    const all = await Promise.all(
      ['a', 'b', 'c', 'd'].map((service) => producer.deploy({ service, version: '1' })),
    );

    for (const { deploymentId } of all) {
      expect((await until(deploymentId)).state.status).toBe('completed');
    }
    expect(most).toBe(1);
  });
});

describe('after an automatic rollback', () => {
  test('what a person asks for begins all the same', async () => {
    const driver = new FakeDriver();
    driver.onApply = ({ version, target }) =>
      version === '2' && target.id === 'web-2'
        ? { ok: false, error: { code: 'driver/rejected', message: 'no disk', transient: false } }
        : { ok: true, value: {} };
    const { producer, until } = await startPipeline({ driver });
    await until((await producer.deploy({ service: 'api', version: '1' })).deploymentId);
    const bad = await producer.deploy({ service: 'api', version: '2' });
    expect((await until(bad.deploymentId)).state.status).toBe('rolled_back');

    const next = await producer.deploy({ service: 'api', version: '3' });

    expect((await until(next.deploymentId)).state.status).toBe('completed');
  });
});

describe('a draft', () => {
  test('that nobody approves in time is cancelled by the rescuer', async () => {
    const { producer, until } = await startPipeline({
      driver: new FakeDriver(),
      policy: { approval: 'required', approvalExpiry: 500 },
    });

    const { deploymentId } = await producer.plan({ service: 'api', version: '1' });

    expect((await until(deploymentId)).state).toEqual({
      status: 'cancelled',
      reason: 'approval expired',
    });
  });
});
