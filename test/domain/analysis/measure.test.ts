import { describe, expect, test } from 'vitest';
import {
  beginAnalysis,
  withMeasurement,
} from '../../../src/domain/model/deployment/analysis-progress.js';
import type { AnalysisSpec } from '../../../src/domain/model/plan/analysis-spec.js';
import { measure } from '../../../src/domain/analysis/measure.js';
import {
  analysis,
  counts,
  latency,
  noData,
  rate,
  subject,
  threshold,
  values,
} from './analysis-fixtures.js';
import { absolute, previous, round, signal, source } from './metric-reply.js';

describe('a round of measurements', () => {
  test('asks for the events and the trials of both sides, over the time since the last round', async () => {
    const rule = rate({ query: 'bad {version} {window}', total: 'all {version}' });
    const { asked, port } = source({
      'bad 1.4.2 10s': [1, 2],
      'all 1.4.2': [100],
      'bad 1.4.1 10s': [4],
      'all 1.4.1': [900],
    });

    const { taken } = await round(rule, port);

    expect(taken).toEqual({
      at: 10_000,
      round: 1,
      metrics: [{ name: 'errors', canary: counts(3, 100), baseline: counts(4, 900) }],
    });
    expect(asked).toHaveLength(4);
    expect(asked.every(({ kind, end }) => kind === 'instant' && end === 10_000)).toBe(true);
  });

  test('takes no series of events for none of them, only where the total has data', async () => {
    const { port } = source({ all: [100] });
    const alone = { against: absolute };

    expect((await round(rate(alone), port)).canary).toEqual(counts(0, 100));
    expect((await round(rate({ ...alone, emptyIsZero: false }), port)).canary).toEqual(noData);
    expect((await round(rate(alone), source({ bad: [3] }).port)).canary).toEqual({
      kind: 'no_data',
      message: 'the total matched no series',
    });
  });

  test('takes events that are no number for no data, never for none', async () => {
    const { port } = source({ all: [100], bad: { values: [], notNumbers: 2, series: 2 } });

    expect((await round(rate({ against: absolute }), port)).canary).toEqual({
      kind: 'no_data',
      message: 'the query found 2 values, none of them a number',
    });
  });

  test('takes no count below nothing, as where a counter began again at 0', async () => {
    const said = (what: string) => ({
      kind: 'no_data',
      message: `the ${what} counts less than nothing, as where a counter began again at 0: expected a count such as increase(…)`,
    });
    const alone = rate({ against: absolute });

    expect((await round(alone, source({ bad: [-40], all: [100] }).port)).canary).toEqual(
      said('query'),
    );
    expect((await round(alone, source({ bad: [0], all: [-900] }).port)).canary).toEqual(
      said('total'),
    );
  });

  test('takes the worst of several series for a threshold', async () => {
    const { port } = source({ q: [3, 9, 1] });

    expect((await round(threshold(), port)).canary).toEqual(values(9));
    expect((await round(threshold({ direction: 'higher' }), port)).canary).toEqual(values(1));
    expect((await round(threshold(), source({}).port)).canary).toEqual(noData);
  });

  test('takes samples a step apart, and none that the last round had', async () => {
    const { asked, port } = source({ q: [5, 6] });

    expect((await round(latency({ against: absolute }), port)).canary).toEqual(values(5, 6));
    expect(asked).toEqual([
      { query: 'q', kind: 'range', start: 1_000, end: 10_000, stepMs: 1_000, now: 10_000 },
    ]);
  });

  test('takes one sample where the time is shorter than a step', async () => {
    const { asked, port } = source({ q: [5] });
    await round(latency({ against: absolute, step: 10_000 }), port);

    expect(asked[0]).toMatchObject({ start: 10_000, end: 10_000 });
  });

  test('measures nothing from before the deployment', async () => {
    const { asked, port } = source({ q: [5] });
    await round(latency({ against: absolute }), port, { startedAt: 4_000 });

    expect(asked[0]).toMatchObject({ start: 5_000 });
  });

  test('takes a previous deployment’s own time once, in no more points than are kept', async () => {
    const spec: AnalysisSpec = analysis([latency({ against: previous })]);
    const { asked, port } = source({ q: [5] });
    const begun = beginAnalysis(spec, 0);
    const first = await measure(spec, begun, () => port, subject, 10_000, signal);
    const second = await measure(
      spec,
      withMeasurement(begun, first),
      () => port,
      subject,
      20_000,
      signal,
    );

    expect(asked).toContainEqual({
      query: 'q',
      kind: 'range',
      start: -3_598_500,
      end: -600_000,
      stepMs: 1_500,
      now: 10_000,
    });
    expect(first.metrics[0]?.baseline).toEqual(values(5));
    expect(second).toMatchObject({ round: 2, metrics: [{ baseline: null }] });
  });

  test.each([
    ['stable', { previousVersion: null }, 'there is no old version to compare with'],
    ['stable', { baseline: [] }, 'no target runs the old version any more'],
    ['previous', { previousWindow: null }, 'no time is known in which the previous deployment ran'],
  ] as const)('says why a %s baseline is missing: %j', async (baseline, changes, message) => {
    const rule = threshold({ against: { ...previous, baseline } });

    const found = await round(rule, source({ q: [1] }).port, changes);
    expect(found.baseline).toEqual({ kind: 'no_data', message });
  });

  test('asks the baseline a question of its own, which needs no old version beside the new one', async () => {
    const rule = rate({
      query: 'bad{flag="on"}',
      baselineQuery: 'bad{flag="off"}',
      total: 'all on',
      baselineTotal: 'all off',
    });
    const { port } = source({
      'bad{flag="on"}': [1],
      'all on': [100],
      'bad{flag="off"}': [2],
      'all off': [900],
    });

    const found = await round(rule, port, { previousVersion: null, baseline: [] });
    expect(found.canary).toEqual(counts(1, 100));
    expect(found.baseline).toEqual(counts(2, 900));
  });

  test.each([
    ['the events', { bad: 'down', all: [1] }],
    ['the total', { bad: [1], all: 'down' }],
  ] as const)('tells when a source has no answer for %s', async (_, replies) => {
    const failed = { kind: 'failed', code: 'metric/unreachable', message: 'refused' };

    expect((await round(rate({ against: absolute }), source(replies).port)).canary).toEqual(failed);
  });

  test('never throws: not for a source that does, is down, or is not there', async () => {
    const rule = threshold();
    const thrown = await round(rule, source({ q: new Error('boom') }).port);
    expect(thrown.canary).toMatchObject({
      code: 'metric/unreachable',
      message: 'the source failed: Error: boom',
    });
    expect((await round(rule, source({ q: 'down' }).port)).canary).toMatchObject({
      kind: 'failed',
    });

    const spec = analysis([rule]);
    const none = await measure(spec, beginAnalysis(spec, 0), () => undefined, subject, 1, signal);
    expect(none.metrics).toEqual([
      {
        name: 'cpu',
        canary: {
          kind: 'failed',
          code: 'metric/rejected',
          message: 'no metric source is called "prom"',
        },
        baseline: null,
      },
    ]);
  });

  test('refuses a query that cannot be filled in, and fills in a URL as one', async () => {
    const { port } = source({});
    expect((await round(threshold({ query: '{nothing}' }), port)).canary).toMatchObject({
      code: 'metric/rejected',
    });
    const json = source({}, 'http_json');
    await round(threshold({ query: '/{targets}' }), json.port);
    expect(json.asked[0]?.query).toBe('/web-1,web-2');
  });

  test('measures a metric that the progress does not know from its beginning', async () => {
    const spec = analysis([latency({ against: absolute })]);
    const { asked, port } = source({});
    const progress = { ...beginAnalysis(spec, 2_000), metrics: [] };
    await measure(spec, progress, () => port, subject, 10_000, signal);

    expect(asked[0]?.start).toBe(3_000);
  });
});
