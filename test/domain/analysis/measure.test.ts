import { describe, expect, test } from 'vitest';
import {
  beginAnalysis,
  withMeasurement,
} from '../../../src/domain/model/deployment/analysis-progress.js';
import type { AnalysisSpec, MetricRule } from '../../../src/domain/model/plan/analysis-spec.js';
import { measure } from '../../../src/domain/analysis/measure.js';
import type {
  MetricAnswer,
  MetricQuery,
  MetricSource,
} from '../../../src/domain/ports/metric-source.js';
import { err, ok } from '../../../src/domain/model/result.js';
import {
  analysis,
  counts,
  judged,
  latency,
  noData,
  rate,
  subject,
  threshold,
  values,
} from './analysis-fixtures.js';

type Reply = MetricAnswer | readonly number[] | Error | 'down';

/** Answers by the text of the query; what it was asked is kept. */
function source(replies: Readonly<Record<string, Reply>>, kind = 'prometheus') {
  const asked: MetricQuery[] = [];
  const port: MetricSource = {
    kind,
    query: async (query) => {
      asked.push(query);
      const reply = replies[query.query] ?? [];
      if (reply instanceof Error) throw reply;
      if (reply === 'down') return err({ code: 'metric/unreachable', message: 'refused' });
      if ('series' in reply) return ok(reply);
      return ok({ values: reply, notNumbers: 0, series: reply.length });
    },
  };
  return { asked, port };
}

const signal = new AbortController().signal;
const absolute = { kind: 'limit', limit: 1 } as const;
const previous = {
  kind: 'baseline',
  baseline: 'previous',
  margin: { kind: 'relative', by: 0.1 },
} as const;

async function round(rule: MetricRule, port: MetricSource, changes: Partial<typeof subject> = {}) {
  const spec = analysis([rule]);
  const progress = beginAnalysis(spec, 0);
  const of = { ...subject, ...changes };
  const taken = await measure(spec, progress, () => port, of, 10_000, signal);
  return { taken, canary: taken.metrics[0]?.canary, baseline: taken.metrics[0]?.baseline };
}

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
      { query: 'q', kind: 'range', start: 1_000, end: 10_000, stepMs: 1_000 },
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

describe('what is no plain number', () => {
  const [inf, minus] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const read = async (rule: MetricRule, replies: Readonly<Record<string, Reply>>) =>
    (await round(rule, source(replies).port)).canary;
  const alone = { against: absolute };

  test('is the worst of several series where it is infinite, and is kept for JSON', async () => {
    const q = [3, inf, minus];
    expect(await read(threshold(), { q })).toEqual(values('+Inf'));
    expect(await read(threshold({ direction: 'higher' }), { q })).toEqual(values('-Inf'));
    expect(await read(latency(alone), { q })).toEqual(values(3, '+Inf', '-Inf'));
  });

  test.each([
    ['lower', [inf, 2], [100], counts('+Inf', 100)],
    ['lower', [inf, minus], [100], counts('+Inf', 100)],
    ['higher', [inf, minus], [100], counts('-Inf', 100)],
    // Better than any limit: as good as a count can be.
    ['lower', [minus], [100], counts(0, 100)],
    ['higher', [inf], [100], counts(100, 100)],
    ['lower', [5], [inf], counts(5, '+Inf')],
    ['lower', [minus], [inf], counts(0, '+Inf')],
    ['lower', [5], [minus], counts(5, 0)],
  ] as const)('of a rate where %s is better: %j of %j', async (direction, bad, all, wanted) => {
    expect(await read(rate({ ...alone, direction }), { bad, all })).toEqual(wanted);
  });

  test.each([
    ['lower', [inf], [inf]],
    ['higher', [inf], [inf]],
    ['lower', [1], [inf, minus]],
  ] as const)('is no rate where %s is better: %j of %j', async (direction, bad, all) => {
    expect(await read(rate({ ...alone, direction }), { bad, all })).toEqual({
      kind: 'no_data',
      message: 'an infinite part of an infinite total is no rate',
    });
  });

  test('is named where it is NaN beside other series', async () => {
    const answer = (notNumberSeries: readonly string[]) => ({
      ...{ values: [1], notNumbers: notNumberSeries.length, series: 9, notNumberSeries },
    });
    expect(await read(threshold(), { q: answer(['{pod="b"}']) })).toEqual({
      ...{ kind: 'values', values: [1], notes: ['1 value is NaN and does not count: {pod="b"}'] },
    });
    expect(
      await read(threshold(), { q: answer(['a', 'b', 'c', 'd', 'e', 'f', 'g']) }),
    ).toMatchObject({ notes: ['7 values are NaN and do not count: a, b, c, d, e, 2 more series'] });
    const unnamed = { values: [1], notNumbers: 1, series: 2 };
    expect(await read(threshold(), { q: unnamed })).toMatchObject({
      notes: ['1 value is NaN and does not count'],
    });
  });
});

describe('an answer that its source warns of', () => {
  const warned: MetricAnswer = {
    ...{ values: [3], notNumbers: 0, series: 1, infos: ['not a counter'] },
    warnings: ['a store is away', 'x'.repeat(400)],
  };
  const notes = [
    'the source warned: a store is away',
    `the source warned: ${'x'.repeat(300)}…`,
    'the source remarked: not a counter',
  ];
  const read = async (rule: MetricRule, q: Reply) =>
    (await round(rule, source({ q, bad: q, all: [10] }).port)).canary;

  test.each([
    threshold({ onWarnings: 'noData' }),
    rate({ onWarnings: 'noData', against: absolute }),
  ])('is no data under noData, and says why: $kind', async (rule) => {
    expect(await read(rule, warned)).toEqual({
      kind: 'no_data',
      message: 'the source warned of its answer: a store is away (and 1 more)',
      notes,
    });
    expect(await read(rule, { ...warned, warnings: ['one'] })).toMatchObject({
      message: 'the source warned of its answer: one',
    });
  });

  test('is data under ignore, with what it warns of', async () => {
    expect(await read(threshold({ onWarnings: 'ignore' }), warned)).toEqual({
      ...{ kind: 'values', values: [3], notes },
    });
    expect(await read(rate({ against: absolute }), warned)).toEqual({ ...counts(3, 10), notes });
  });

  test('counts where the source only remarks on it', async () => {
    const { warnings: _, ...remarked } = warned;
    expect(await read(threshold({ onWarnings: 'noData' }), remarked)).toEqual({
      ...{ kind: 'values', values: [3], notes: ['the source remarked: not a counter'] },
    });
  });

  test('is told where the metric is judged, each remark once, and no more than a few', () => {
    const spec = analysis([threshold()]);
    const noted = (...said: readonly string[]) => ({ ...values(1), notes: said });
    const rounds = [{ cpu: [noted('a', 'b')] }, { cpu: [noted('a', 'c', 'd', 'e', 'f')] }] as const;
    expect(judged(spec, rounds, true).reason).toMatch(/of 2 rounds; a; b; c; d; e$/);
    const both = analysis([rate()]);
    const sides = { errors: [counts(1, 100), { ...counts(1, 100), notes: ['old'] }] } as const;
    expect(judged(both, [sides], true).reason).toMatch(/ allowed; old$/);
  });
});
