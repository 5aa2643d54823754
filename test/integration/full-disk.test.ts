import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { PlanStatus } from '../../src/domain/model/deployment/plan-state.js';
import { startCliWorker } from '../support/cli-worker.js';
import { FakeDriver } from '../support/fake-services.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';

/** Each of these is an error in the log. */
const POISON = 20;

/** A file on a disk that has no room left. */
async function fullDisk(): Promise<FileHandle> {
  const file = await open('/dev/full', 'w');
  onTestFinished(() => file.close());
  return file;
}

const idle = (): Promise<Pipeline> => startPipeline({ driver: new FakeDriver(), workers: 0 });

/** It must log while it works, and go on working: jobs that are refused, and between them deployments. */
async function livesThrough({ producer, queues, until }: Pipeline, worker: ChildProcess) {
  const plan = queues.queue('plan');
  const states: PlanStatus[] = [];
  for (const version of ['1.0.0', '1.0.1']) {
    for (let n = 0; n < POISON; n++) await plan.add('plan-deployment', { poison: n });
    const { deploymentId } = await producer.deploy({ service: 'api', version, approve: true });
    states.push((await until(deploymentId)).state.status);
  }
  await vi.waitFor(async () => expect(await plan.getFailedCount()).toBe(2 * POISON));
  const ended = once(worker, 'exit');
  const stopped = worker.kill('SIGTERM');
  return { states, stopped, ended: await ended };
}

const UNHARMED = { states: ['completed', 'completed'], stopped: true, ended: [0, null] };

async function startOn(pipeline: Pipeline, stdio: StdioOptions, command?: 'worker' | 'up') {
  const { url, namespace } = pipeline;
  return startCliWorker({ url, namespace, stdio, ...(command && { command }) });
}

describe.each(['worker', 'up'] as const)('signalbox %s', (command) => {
  test('deploys, and ends in good order, while the disk that its output goes to is full', async () => {
    const pipeline = await idle();
    const { fd } = await fullDisk();

    const worker = await startOn(pipeline, ['ignore', fd, fd], command);

    expect(await livesThrough(pipeline, worker)).toEqual(UNHARMED);
  });

  test('deploys, and ends in good order, when nobody reads its output any more', async () => {
    const pipeline = await idle();
    const worker = await startOn(pipeline, ['ignore', 'pipe', 'pipe'], command);
    worker.stdout?.destroy();
    worker.stderr?.destroy();

    expect(await livesThrough(pipeline, worker)).toEqual(UNHARMED);
  });
});
