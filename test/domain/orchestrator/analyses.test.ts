import { describe, expect, test } from 'vitest';
import { anAnalysis } from '../strategies/an-analysis.js';
import { measured, metrics } from './measured.js';
import { stopWith } from './world.js';

describe('an analysis inline', () => {
  test('measures round after round, holding no worker, and then goes on', async () => {
    const said = metrics(0);
    const world = measured(said, 'inline');
    const { id } = await world.planned();
    await world.orchestrator.advance('execute', id);
    world.clock.advance(100);

    expect((await world.orchestrator.advance('execute', id)).kind).toBe('wait_until');
    expect(said.asked).toBe(0);
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(said.asked).toBe(3);
  });

  test('that speaks against the version sends it back', async () => {
    const world = measured(metrics(0, 9), 'inline');
    await world.live('0.9.0', { strategy: { kind: 'rolling' } });
    const { id } = await world.planned();

    const ended = await world.finish(id);

    expect(ended.state).toMatchObject({ status: 'rolled_back' });
    expect(ended.analyses[2]?.report).toMatchObject({ verdict: 'unhealthy' });
  });

  test('that can not tell pauses the deployment, which goes on when it is resumed', async () => {
    const spec = { ...anAnalysis('errors'), onInconclusive: 'pause' } as const;
    const [rule] = spec.metrics;
    const world = measured(metrics('nothing'), 'inline', {
      onInconclusive: 'pause',
      metrics: [{ ...rule, noData: 'inconclusive' }],
    });
    const { id } = await world.planned();
    await world.finish(id);
    expect(await world.statusOf(id)).toBe('paused');

    await world.order(id, { type: 'resume' });

    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('compares with the window of the deployment before', async () => {
    const [rule] = anAnalysis('errors').metrics;
    const against = {
      kind: 'baseline',
      baseline: 'previous',
      margin: { kind: 'absolute', by: 1 },
    } as const;
    const world = measured(metrics(0), 'inline', { metrics: [{ ...rule, against }] });
    await world.live('0.9.0', { strategy: { kind: 'rolling' } });
    const { id } = await world.planned();

    const ended = await world.finish(id);

    expect(ended.state.status).toBe('completed');
    expect(ended.analyses[2]?.progress.metrics[0]?.baseline).toMatchObject({ values: [0] });
  });

  test('has no window to compare with where the record of the one before is gone', async () => {
    const [rule] = anAnalysis('errors').metrics;
    const against = {
      kind: 'baseline',
      baseline: 'previous',
      margin: { kind: 'absolute', by: 1 },
    } as const;
    const world = measured(metrics(0), 'inline', { metrics: [{ ...rule, against }] });
    const before = await world.live('0.9.0', { strategy: { kind: 'rolling' } });
    world.state.deployments.delete(before.id);
    const { id } = await world.planned({ policy: { onFailure: 'hold' } });

    expect((await world.finish(id)).state).toMatchObject({ status: 'failed' });
  });

  test('that is stopped in its measurement takes it again', async () => {
    const stop = new AbortController();
    const said = metrics(0);
    const world = measured(said, 'inline');
    const { id } = await world.planned();
    await world.orchestrator.advance('execute', id);
    world.clock.advance(100);
    await world.orchestrator.advance('execute', id);
    world.clock.advance(100);
    stop.abort();

    await world.orchestrator.advance('execute', id, stopWith({ abort: stop.signal }));

    expect((await world.load(id)).analyses[2]?.progress.rounds).toBe(0);
    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('that the plan does not have breaks the run off', async () => {
    const world = measured(metrics(0), 'inline');
    const { id } = await world.planned();
    const row = world.state.deployments.get(id);
    if (row) row.deployment = { ...row.deployment, plan: { ...row.deployment.plan, analyses: [] } };

    await expect(world.finish(id)).rejects.toThrow('the plan has no analysis errors');
  });
});
