import { describe, expect, test } from 'vitest';
import { aProbe, broken, FakeDriver, fine, saw } from '../support/fake-services.js';
import { API } from '../support/fixtures.js';
import { startPipeline } from '../support/pipeline.js';

const request = (version: string) => ({ service: 'api', version });

describe('a published deployment', () => {
  test('goes live on every target, in batches, and is the active one', async () => {
    const driver = new FakeDriver();
    const { producer, until, index } = await startPipeline({ driver });

    const { deploymentId } = await producer.deploy(request('1.0.0'));
    const ended = await until(deploymentId);

    expect(ended.state).toEqual({ status: 'completed' });
    expect(driver.ledger).toEqual(
      ['web-1', 'web-2', 'web-3'].flatMap((id) => [`begin ${id} 1.0.0`, `end ${id} 1.0.0`]),
    );
    expect(await index.active(API)).toMatchObject({ version: '1.0.0', deploymentId });
    expect(await index.counters()).toMatchObject({ completed: 1, executing: 0, verifying: 0 });
    expect((await index.slot(API)).holder).toBeNull();
  });

  test('is rolled back when a target refuses it: the version before is back on all it touched', async () => {
    const driver = new FakeDriver();
    const { producer, until, index } = await startPipeline({ driver });
    await until((await producer.deploy(request('1.0.0'))).deploymentId);

    driver.onApply = (call) =>
      call.version === '2.0.0' && call.target.id === 'web-2' ? broken('no disk') : fine;
    const { deploymentId } = await producer.deploy(request('2.0.0'));
    const ended = await until(deploymentId);

    expect(ended.state).toMatchObject({ status: 'rolled_back' });
    expect(ended.state).toHaveProperty('reason', expect.stringContaining('web-2: no disk'));
    expect([...driver.runs.values()]).toEqual(['1.0.0', '1.0.0', '1.0.0']);
    expect(await index.active(API)).toMatchObject({ version: '1.0.0' });
  });

  test('is rolled back when verification finds it unhealthy', async () => {
    const driver = new FakeDriver();
    const probe = aProbe(async ({ version }) =>
      version === '2.0.0' ? saw('unhealthy', 'answered 500') : saw('healthy'),
    );
    const { producer, until } = await startPipeline({ driver, probes: [probe] });
    await until((await producer.deploy(request('1.0.0'))).deploymentId);

    const ended = await until((await producer.deploy(request('2.0.0'))).deploymentId);

    expect(ended.state).toMatchObject({ status: 'rolled_back' });
    expect(ended.state).toHaveProperty('reason', expect.stringContaining('answered 500'));
    expect(new Set(driver.runs.values())).toContain('1.0.0');
    expect(driver.ledger).not.toContain('begin web-2 2.0.0');
  });

  test('is left as it is, for a person, where the policy says hold', async () => {
    const driver = new FakeDriver();
    driver.onApply = ({ target }) => (target.id === 'web-2' ? broken('no disk') : fine);
    const policy = { onFailure: 'hold' } as const;
    const { producer, until, index } = await startPipeline({ driver, policy });

    const ended = await until((await producer.deploy(request('1.0.0'))).deploymentId);

    expect(ended.state.status).toBe('failed');
    expect(driver.runs.get('web-1')).toBe('1.0.0');
    expect(await index.active(API)).toBeNull();
  });

  test('tries again what failed in passing, and fails with what went on failing', async () => {
    const driver = new FakeDriver();
    let failures = 2;
    driver.onApply = () => (failures-- > 0 ? broken('timed out', true) : fine);
    const policy = { retries: 2, retryDelay: 10 };
    const { producer, until } = await startPipeline({ driver, policy, targets: ['web-1'] });

    const lucky = await until((await producer.deploy(request('1.0.0'))).deploymentId);
    failures = 3;
    const unlucky = await until((await producer.deploy(request('2.0.0'))).deploymentId);

    expect(lucky.state.status).toBe('completed');
    expect(unlucky.state.status).toBe('rolled_back');
    expect(driver.runs.get('web-1')).toBe('1.0.0');
  });

  test('waits as a draft until it is approved, where the policy asks for approval', async () => {
    const driver = new FakeDriver();
    const policy = { approval: 'required' } as const;
    const { producer, until } = await startPipeline({ driver, policy });

    const { deploymentId } = await producer.deploy(request('1.0.0'));
    expect((await until(deploymentId, 'draft')).state.status).toBe('draft');
    await producer.approve(deploymentId, 'ann');

    expect((await until(deploymentId)).state.status).toBe('completed');
  });

  test('once good, can be rolled back by service, again and again down the stable versions', async () => {
    const driver = new FakeDriver();
    driver.removes = true;
    const { producer, until, index } = await startPipeline({ driver });
    const ids = [];
    for (const version of ['1.0.0', '2.0.0']) {
      const { deploymentId } = await producer.deploy(request(version));
      ids.push(deploymentId);
      await until(deploymentId);
    }

    await producer.rollback({ service: 'api', reason: 'slow' });
    await until(ids[1] ?? '', 'rolled_back');
    expect([...driver.runs.values()]).toEqual(['1.0.0', '1.0.0', '1.0.0']);
    expect(await index.active(API)).toMatchObject({ version: '1.0.0', deploymentId: ids[0] });

    await producer.rollback({ service: 'api' });
    await until(ids[0] ?? '', 'rolled_back');
    expect([...driver.runs.values()]).toEqual([null, null, null]);
    expect(await index.active(API)).toBeNull();
  });
});
