import { describe, expect, test } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import { FakeDriver, fine } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';

const request = (version: string) => ({ service: 'api', version });

/** Versions in the order in which targets saw them; throws when two were under way at once. */
function versionsInOrder(ledger: readonly string[]): readonly string[] {
  const seen: string[] = [];
  for (const line of ledger) {
    const version = line.split(' ')[2] ?? '';
    if (seen.at(-1) !== version) seen.push(version);
  }
  return seen;
}

describe('two deployments of one service at once', () => {
  test('never overlap: the second runs after the first, on two workers', async () => {
    const driver = new FakeDriver();
    driver.onApply = async () => {
      await pause(15);
      return fine;
    };
    const { producer, until } = await startPipeline({ driver, workers: 2 });

    const published = await Promise.all(
      ['1.0.0', '2.0.0', '3.0.0'].map((v) => producer.deploy(request(v))),
    );
    const ended = await Promise.all(published.map(({ deploymentId }) => until(deploymentId)));

    expect(ended.map(({ state }) => state.status)).toEqual(['completed', 'completed', 'completed']);
    expect(new Set(versionsInOrder(driver.ledger)).size).toBe(
      versionsInOrder(driver.ledger).length,
    );
  });

  test('do not wait for deployments of other services', async () => {
    const driver = new FakeDriver();
    let free: () => void = () => {};
    const held = new Promise<void>((resolve) => (free = resolve));
    driver.onApply = async ({ service }) => {
      if (service === 'slow') await held;
      return fine;
    };
    const { producer, until } = await startPipeline({ driver });

    const slow = await producer.deploy({ service: 'slow', version: '1' });
    const quick = await producer.deploy({ service: 'quick', version: '1' });

    expect((await until(quick.deploymentId)).state.status).toBe('completed');
    free();
    expect((await until(slow.deploymentId)).state.status).toBe('completed');
  });

  test('under supersede_waiting the newest waits and the one before it is cancelled, with the reason', async () => {
    const driver = new FakeDriver();
    let free: () => void = () => {};
    const held = new Promise<void>((resolve) => (free = resolve));
    driver.onApply = async ({ version }) => {
      if (version === '1.0.0') await held;
      return fine;
    };
    const policy = { onConflict: 'supersede_waiting' } as const;
    const { producer, until } = await startPipeline({ driver, policy });

    const first = await producer.deploy(request('1.0.0'));
    await until(first.deploymentId, 'executing');
    const second = await producer.deploy(request('2.0.0'));
    await until(second.deploymentId, 'approved');
    const third = await producer.deploy(request('3.0.0'));

    const superseded = await until(second.deploymentId, 'cancelled');
    expect(superseded.state).toHaveProperty('reason', expect.stringContaining(third.deploymentId));
    free();
    expect((await until(first.deploymentId)).state.status).toBe('completed');
    expect((await until(third.deploymentId)).state.status).toBe('completed');
    expect(driver.ledger.join()).not.toContain('2.0.0');
  });

  test('under reject the second is cancelled at once', async () => {
    const driver = new FakeDriver();
    let free: () => void = () => {};
    const held = new Promise<void>((resolve) => (free = resolve));
    driver.onApply = async () => {
      await held;
      return fine;
    };
    const { producer, until } = await startPipeline({ driver, policy: { onConflict: 'reject' } });
    const first = await producer.deploy(request('1.0.0'));
    await until(first.deploymentId, 'executing');

    const second = await producer.deploy(request('2.0.0'));

    expect((await until(second.deploymentId)).state).toMatchObject({
      status: 'cancelled',
      reason: `rejected: ${first.deploymentId} is being deployed`,
    });
    free();
    expect((await until(first.deploymentId)).state.status).toBe('completed');
  });
});

describe('a rollback asked for while a deployment runs', () => {
  test('stops it and puts the version before back', async () => {
    const driver = new FakeDriver();
    const { producer, until } = await startPipeline({ driver, worker: { lease: 1_000 } });
    await until((await producer.deploy(request('1.0.0'))).deploymentId);
    driver.onApply = ({ version }, signal) =>
      version === '2.0.0'
        ? new Promise((resolve) => {
            const error = { code: 'driver/aborted', message: 'stopped', transient: true } as const;
            signal.addEventListener('abort', () => resolve({ ok: false, error }));
          })
        : fine;

    const { deploymentId } = await producer.deploy(request('2.0.0'));
    await until(deploymentId, 'executing');
    await producer.rollback({ service: 'api', reason: 'changed my mind', requestedBy: 'ann' });

    const ended = await until(deploymentId);
    expect(ended.state).toEqual({ status: 'rolled_back', reason: 'changed my mind' });
    expect(driver.runs.get('web-1')).toBe('1.0.0');
  });
});

describe('two environments of one service', () => {
  const at = (environment: string, address: string) => ({
    ...{ service: 'api', environment, version: '1' },
    targets: [{ id: 'web-1', address }],
  });

  test('are never deployed to at once where they have a target in common', async () => {
    const driver = new FakeDriver();
    const open = new Set<string>();
    const overlaps: string[] = [];
    driver.onApply = async ({ environment }) => {
      open.add(environment);
      if (open.size > 1) overlaps.push([...open].join(' and '));
      await pause(300);
      open.delete(environment);
      return fine;
    };
    const { producer, until } = await startPipeline({ driver, workers: 2 });

    const published = await Promise.all(
      ['production', 'prodution'].map((each) => producer.deploy(at(each, 'host-1:80'))),
    );
    const ended = await Promise.all(published.map(({ deploymentId }) => until(deploymentId)));

    expect(ended.map(({ state }) => state.status)).toEqual(['completed', 'completed']);
    expect(overlaps).toEqual([]);
  });

  test('do not wait for each other where they have none', async () => {
    const driver = new FakeDriver();
    let free: () => void = () => {};
    const held = new Promise<void>((resolve) => (free = resolve));
    driver.onApply = async ({ environment }) => {
      if (environment === 'staging') await held;
      return fine;
    };
    const { producer, until } = await startPipeline({ driver });
    const slow = await producer.deploy(at('staging', 'host-2:80'));
    const quick = await producer.deploy(at('production', 'host-1:80'));

    expect((await until(quick.deploymentId)).state.status).toBe('completed');
    free();
    expect((await until(slow.deploymentId)).state.status).toBe('completed');
  });
});
