import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Queue } from 'bullmq';
import { describe, expect, test, vi } from 'vitest';
import { FakeDriver } from '../../support/fake-services.js';
import { startPipeline } from '../../support/pipeline.js';
import { inherited } from '../../contracts/hostile/hostile-values.js';
import { JOB_CASES } from './job-cases.js';
import { stateDump } from './state-dump.js';

const NAMES = {
  plan: 'plan-deployment',
  execute: 'execute-deployment',
  verify: 'verify-deployment',
  rollback: 'rollback-deployment',
} as const;

describe('a hostile job', () => {
  test(`fails with a reason that names the field, and changes nothing: ${JOB_CASES.length} of them`, async () => {
    const driver = new FakeDriver();
    const pipeline = await startPipeline({ driver });
    const { connection, namespace } = pipeline;
    const before = await pipeline.producer.deploy({ service: 'api', version: '1' });
    await pipeline.until(before.deploymentId, 'completed');
    const known = await stateDump(connection.client, namespace);
    const calls = driver.calls.length;
    const prototypes = inherited();

    for (const { what, queue: name, name: job = NAMES[name], data, refused } of JOB_CASES) {
      const queue = pipeline.queues.queue(name);
      const added = await queue.add(job, data);
      const reason = await reasonOf(queue, added.id ?? '');
      expect(reason, what).toContain(refused);
      expect(reason.length, what).toBeLessThan(2_100);
      expect(await stateDump(connection.client, namespace), what).toEqual(known);
    }

    expect(driver.calls).toHaveLength(calls);
    expect(inherited()).toEqual(prototypes);
    const after = await pipeline.producer.deploy({ service: 'api', version: '2' });
    expect((await pipeline.until(after.deploymentId)).state.status).toBe('completed');
  });

  test('is refused its driver and checks by workers that do not trust publishers', async () => {
    // The services of a configuration, and not those of a test, are what decides this.
    const { ConfiguredServices } =
      await import('../../../src/adapters/config/configured-services.js');
    const { checkConfig } = await import('../../../src/adapters/config/load-config.js');
    const { systemClock } = await import('../../../src/adapters/system/system-clock.js');
    const { version } = await import('../../../src/domain/model/ids.js');
    const { API } = await import('../../support/fixtures.js');
    const stateDir = await mkdtemp(join(tmpdir(), 'signalbox-hostile-'));
    const services = new ConfiguredServices(
      checkConfig({ services: { api: { driver: { kind: 'command', argv: ['true'] } } } }),
      { clock: systemClock, stateDir, workerId: 'w', flagStore: () => null },
    );
    for (const field of ['driver', 'checks']) {
      const trusted = { [field]: { kind: 'command', argv: ['sh', '-c', 'id'] } };
      expect(services.resolve(API, version('1'), { trusted })).toMatchObject({
        ok: false,
        error: { path: field },
      });
    }
    await rm(stateDir, { recursive: true });
  });
});

const reasonOf = (queue: Queue, id: string): Promise<string> =>
  vi.waitFor(
    async () => {
      const job = await queue.getJob(id);
      if (!job?.finishedOn) throw new Error(`${id} has not ended`);
      return job.failedReason;
    },
    { timeout: 20_000, interval: 10 },
  );
