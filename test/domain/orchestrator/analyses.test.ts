import { describe, expect, test } from 'vitest';
import type { AnalysisSpec } from '../../../src/domain/model/plan/analysis-spec.js';
import type { MetricSource } from '../../../src/domain/ports/metric-source.js';
import { err, ok } from '../../../src/domain/model/result.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import { aWorld, stopWith } from './world.js';

const canary = (mode: 'inline' | 'background') =>
  ({ kind: 'canary', stages: [50, 100], wait: 100, analysis: { name: 'errors', mode } }) as const;

interface Metrics {
  /** What the source says, one answer after another; the last for ever. */
  readonly says: (number | 'nothing' | 'down')[];
  asked: number;
}

function measured(
  metrics: Metrics,
  mode: 'inline' | 'background',
  spec: Partial<AnalysisSpec> = {},
) {
  const source: MetricSource = {
    kind: 'fake',
    query: async () => {
      const said = metrics.says[Math.min(metrics.asked, metrics.says.length - 1)] ?? 'nothing';
      metrics.asked += 1;
      if (said === 'down') return err({ code: 'metric/unreachable', message: 'down' });
      return ok({ values: said === 'nothing' ? [] : [said], notNumbers: 0, series: 1 });
    },
  };
  return aWorld({
    runtime: { metrics: () => source },
    fixture: { strategy: canary(mode), analyses: [{ ...anAnalysis('errors'), ...spec }] },
  });
}
const metrics = (...says: Metrics['says']): Metrics => ({ says, asked: 0 });

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

describe('an analysis in the background', () => {
  test('measures while the steps go on, and is judged at the end on what there is', async () => {
    const said = metrics(0);
    const world = measured(said, 'background', { count: 1_000 });
    const { id } = await world.planned();

    const ended = await world.finish(id);

    expect(ended.state.status).toBe('completed');
    expect(said.asked).toBeGreaterThan(5);
    expect(said.asked).toBeLessThan(1_000);
    expect(Object.values(ended.analyses)[0]?.report?.verdict).toBe('healthy');
  });

  test('stops the steps as soon as it speaks against the version', async () => {
    const world = measured(metrics(0, 9), 'background');
    await world.live('0.9.0', { strategy: { kind: 'rolling' } });
    const { id } = await world.planned();

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(world.driver.runs.get('web-2')).toBe('0.9.0');
    expect(world.driver.calls.filter(({ version }) => version === '1.0.0')).toHaveLength(1);
  });

  test('is measured anew by a retry, and not passed over', async () => {
    const said = metrics(9);
    const world = measured(said, 'background');
    const { id } = await world.planned({ policy: { onFailure: 'hold' } });
    expect((await world.finish(id)).state.status).toBe('failed');

    await world.order(id, { type: 'retry', by: 'ann' });
    expect((await world.finish(id)).state.status).toBe('failed');
    said.says.splice(0, 1, 0);
    await world.order(id, { type: 'retry', by: 'ann' });

    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('that has its verdict before the end is not asked again', async () => {
    const said = metrics(0);
    const world = measured(said, 'background', { count: 1 });
    const { id } = await world.planned();

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(said.asked).toBe(1);
  });
});
