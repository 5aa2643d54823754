import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import { deploymentId } from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { FakeDriver } from '../support/fake-services.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';
import { program } from '../support/program.js';

const HOUR_MS = 3_600_000;
const LEASE_MS = 5_000;
/** Between the targets, as long as a call and longer than a worker takes to come. */
const WAIT_MS = 400;
const PATIENCE = { timeout: 20_000, interval: 20 };

async function startShifted({ url, namespace }: Pipeline, shift: number): Promise<ChildProcess> {
  const child = fork(program(new URL('../support/shifted-worker.ts', import.meta.url)), {
    env: { ...process.env, REDIS: url, NAMESPACE: namespace, SHIFT: String(shift), CALL_MS: '200' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await Promise.race([once(child, 'message'), ended]);
  return child;
}

async function deploy({ producer }: Pipeline) {
  const strategy = { kind: 'rolling' as const, delay: WAIT_MS };
  const published = await producer.deploy({ service: 'api', version: '1.0.0', strategy });
  return deploymentId(published.deploymentId);
}

const idle = () =>
  startPipeline({ driver: new FakeDriver(), workers: 0, policy: { deadline: HOUR_MS / 6 } });

const touched = async ({ load }: Pipeline, id: string): Promise<number> =>
  (await load(id)).targets.size;

/** How long each wait of the plan lasted, by what the events say. */
async function waits({ index }: Pipeline, { id }: Deployment): Promise<readonly number[]> {
  const events = await index.events(id);
  return events.flatMap(({ event, at }, number) => {
    if (event.type !== 'deployment.waiting') return [];
    return [(events[number + 1]?.at ?? 0) - at];
  });
}

describe.each([
  ['an hour ahead', HOUR_MS],
  ['an hour behind', -HOUR_MS],
])('a worker whose clock is %s', (_, shift) => {
  test('carries on what another began, neither late nor before its time, and misses no deadline', async () => {
    const pipeline = await idle();
    const right = await pipeline.startWorker();
    const id = await deploy(pipeline);
    await vi.waitFor(async () => expect(await touched(pipeline, id)).toBeGreaterThan(0), PATIENCE);
    await Promise.all([right.stop(), startShifted(pipeline, shift)]);

    const ended = await pipeline.until(id);

    expect(ended.state).toEqual({ status: 'completed' });
    const lasted = await waits(pipeline, ended);
    expect(lasted).toHaveLength(2);
    expect(Math.min(...lasted)).toBeGreaterThanOrEqual(WAIT_MS);
    expect(Math.max(...lasted)).toBeLessThan(HOUR_MS / 2);
  });

  test('begins what another carries on, with leases and times that are those of Redis', async () => {
    const pipeline = await idle();
    const { connection, namespace, load, until, startWorker } = pipeline;
    const before = Date.now();
    const shifted = await startShifted(pipeline, shift);
    const id = await deploy(pipeline);
    const { record } = keysOf(namespace).deployment(id);
    const lease = await vi.waitFor(async () => {
      const held = Number(await connection.client.hget(record, 'leaseUntil'));
      expect(held).toBeGreaterThan(0);
      return held - Date.now();
    }, PATIENCE);
    expect(lease).toBeLessThanOrEqual(LEASE_MS);
    await vi.waitFor(async () => expect(await touched(pipeline, id)).toBeGreaterThan(0), PATIENCE);
    const { startedAt, createdAt } = await load(id);
    expect(Math.abs((startedAt ?? 0) - before)).toBeLessThan(HOUR_MS / 2);
    expect(Math.abs(createdAt - before)).toBeLessThan(HOUR_MS / 2);

    shifted.kill('SIGKILL');
    await startWorker();

    expect((await until(id)).state).toEqual({ status: 'completed' });
  });
});
