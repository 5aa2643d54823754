import { describe, expect, test, vi } from 'vitest';
import { MemoryFlagStore } from '../../src/adapters/memory/memory-flags.js';
import { MemoryRouter } from '../../src/adapters/memory/memory-router.js';
import { FakeDriver } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';

describe('a canary by weight, through queues', () => {
  const strategy = {
    kind: 'canary' as const,
    traffic: true,
    stages: [{ weight: 50, gate: true }, { weight: 100 }],
  };

  test('moves traffic and targets, waits for a person, and goes back when told to', async () => {
    const router = new MemoryRouter();
    const driver = new FakeDriver();
    const options = { driver, targets: ['web-1', 'web-2'], runtime: { router } };
    const { producer, until } = await startPipeline(options);
    await until((await producer.deploy({ service: 'api', version: '1' })).deploymentId);

    const { deploymentId } = await producer.deploy({ service: 'api', version: '2', strategy });
    await vi.waitFor(async () => {
      expect((await until(deploymentId, 'executing')).state).toHaveProperty('gate');
    });
    expect([...driver.runs.values()]).toEqual(['2', '1']);
    await producer.abort(deploymentId, 'slow', 'ann');

    const ended = await until(deploymentId);
    expect(ended.state).toMatchObject({ status: 'rolled_back', reason: 'slow' });
    expect([...driver.runs.values()]).toEqual(['1', '1']);
    const call = {
      service: ended.service,
      environment: ended.environment,
      targets: ended.plan.targets,
    };
    const shares = await router.shares(call, new AbortController().signal);
    expect(shares).toEqual({ ok: true, value: { 'web-1': 0.5, 'web-2': 0.5 } });
    expect(router.drained(ended).size).toBe(0);
  });
});

describe('a feature flag, through queues', () => {
  test('is widened to what was asked for', async () => {
    const flags = new MemoryFlagStore();
    const { producer, until } = await startPipeline({
      driver: new FakeDriver(),
      runtime: { flags },
    });

    const { deploymentId } = await producer.deploy({
      ...{ service: 'api', version: '2', strategy: { kind: 'feature_flag', percentage: 5 } },
    });

    expect((await until(deploymentId)).state.status).toBe('completed');
    expect(await flags.read('ff_api_2', new AbortController().signal)).toMatchObject({
      ok: true,
      value: { percent: 5 },
    });
  });
});
