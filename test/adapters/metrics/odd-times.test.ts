import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  beginAnalysis,
  withMeasurement,
} from '../../../src/domain/model/deployment/analysis-progress.js';
import type { AnalysisReport } from '../../../src/domain/model/deployment/analysis-report.js';
import type { MetricRule } from '../../../src/domain/model/plan/analysis-spec.js';
import { judgeAnalysis } from '../../../src/domain/analysis/judge-analysis.js';
import { measure } from '../../../src/domain/analysis/measure.js';
import { version } from '../../../src/domain/model/ids.js';
import type { MetricSource } from '../../../src/domain/ports/metric-source.js';
import { analysis, rate, subject, threshold } from '../../domain/analysis/analysis-fixtures.js';
import { type PrometheusServer, startPrometheus } from '../../support/prometheus-server.js';
import { bodyOf, type FakeServer, never, serve, source } from './source-fixtures.js';

const INTERVAL = 3_000;
const limit = (at: number) => ({ kind: 'limit', limit: at }) as const;

/** A shop whose counters are what a test says; a process that starts anew counts from 0. */
const counters = {
  scrapes: 0,
  requests: 0,
  errors: null as number | null,
  queue: null as number | null,
};
function exposed(): string {
  const { requests, errors, queue } = counters;
  return [
    `shop_requests_total ${requests}`,
    ...(errors === null ? [] : [`shop_errors_total ${errors}`]),
    ...(queue === null ? [] : [`shop_queue ${queue}`]),
    '',
  ].join('\n');
}

describe('a real Prometheus in which time is odd', { timeout: 120_000 }, () => {
  let shop: FakeServer;
  let server: PrometheusServer;
  beforeAll(async () => {
    shop = await serve((_request, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(exposed());
      counters.scrapes += 1;
    });
    server = await startPrometheus({
      jobs: [{ name: 'shop', targets: [{ address: new URL(shop.url).host }] }],
    });
  });
  afterAll(async () => {
    await server.dispose();
    await shop.close();
  });

  /** The last value that was scraped. */
  async function scraped(query: string, value: number): Promise<void> {
    const prom = source({ kind: 'prometheus', url: server.url });
    await vi.waitFor(
      async () => {
        const now = Date.now();
        const instant = { query, kind: 'instant', start: now, end: now, stepMs: 1_000 } as const;
        expect(await prom.query(instant, never())).toMatchObject({ value: { values: [value] } });
      },
      { timeout: 30_000, interval: 100 },
    );
  }

  /** Rounds of an analysis, each after the counters are as said and were scraped. */
  async function judgedAfter(
    rule: MetricRule,
    sources: Readonly<Record<string, MetricSource>>,
    rounds: readonly (() => Promise<void>)[],
  ): Promise<AnalysisReport> {
    const spec = analysis([rule], { count: rounds.length, interval: INTERVAL });
    const startedAt = Date.now();
    const of = { ...subject, version: version('2.0.0'), startedAt };
    let progress = beginAnalysis(spec, startedAt);
    for (const round of rounds) {
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      await round();
      const until = (progress.lastRoundAt ?? startedAt) + INTERVAL;
      // oxlint-disable-next-line no-await-in-loop -- as above
      await vi.waitUntil(() => Date.now() >= until, { timeout: 2 * INTERVAL, interval: 20 });
      // oxlint-disable-next-line no-await-in-loop -- as above
      const taken = await measure(spec, progress, (name) => sources[name], of, Date.now(), never());
      progress = withMeasurement(progress, taken);
      if (judgeAnalysis(spec, progress, { at: 1, final: false }).verdict !== 'running') break;
    }
    return judgeAnalysis(spec, progress, { at: 1, final: false });
  }

  const prom = () => ({ prom: source({ kind: 'prometheus', url: server.url }) });
  /** In the middle of a round, behind a scrape of its own: what no window holds both ends of, Prometheus counts nowhere. */
  const counted = (requests: number, errors: number | null) => async () => {
    const before = counters.scrapes;
    await vi.waitUntil(() => counters.scrapes > before, { timeout: 30_000, interval: 20 });
    Object.assign(counters, { requests, errors });
    await scraped('shop_requests_total', requests);
  };
  const errors = (query: string, total: string) =>
    rate({ query, total, against: limit(0.05), minSamples: 1 });

  it('counts what happens behind a counter that began again at 0 in the middle', async () => {
    await counted(1_000, 0)();
    const rule = errors(
      'sum(increase(shop_errors_total[{window}]))',
      'sum(increase(shop_requests_total[{window}]))',
    );
    const report = await judgedAfter(rule, prom(), [
      counted(2_000, 20),
      // The new version was restarted: both begin again.
      counted(100, 90),
    ]);

    expect(report.verdict, report.reason).toBe('unhealthy');
  });

  it('takes no count below nothing, which a plain difference gives then', async () => {
    await counted(1_000, 0)();
    const difference = (name: string) => `sum(${name}) - sum(${name} offset {window})`;
    const rule = errors(difference('shop_errors_total'), difference('shop_requests_total'));
    const report = await judgedAfter({ ...rule, noData: 'fail' }, prom(), [counted(10, 0)]);

    expect(report.reason).toMatch(/counts less than nothing|matched no series/);
    expect(report.verdict).not.toBe('healthy');
  });

  it('waits for a series that appears late, also where no data would pass', async () => {
    Object.assign(counters, { queue: null });
    const rule = threshold({
      name: 'queue',
      query: 'shop_queue',
      against: limit(10),
      noData: 'pass',
    });
    const report = await judgedAfter(rule, prom(), [
      async () => {},
      async () => {},
      async () => {
        Object.assign(counters, { queue: 500 });
        await scraped('shop_queue', 500);
      },
    ]);

    expect(report).toMatchObject({ verdict: 'unhealthy', round: 3 });
  });

  it('sees the first events of a counter that appears with them, as the guide writes it', async () => {
    await counted(5_000, null)();
    const [name, window] = ['shop_errors_total', '{window}'];
    const written = `(sum(increase(${name}[${window}])) or vector(0)) + (sum(${name} unless ${name} offset ${window}) or vector(0))`;
    const rule = errors(written, 'sum(increase(shop_requests_total[{window}]))');
    // Gone since the last scrape, it is a series that appears.
    const report = await judgedAfter(rule, prom(), [counted(6_000, null), counted(7_000, 900)]);

    expect(report.verdict, report.reason).toBe('unhealthy');
  });

  it('is asked by its own clock where two sources disagree about the time', async () => {
    const AHEAD = 3_600_000;
    /** The same Prometheus, as one whose clock is an hour ahead would be. */
    const skewed = await serve(async (request, response) => {
      const form = new URLSearchParams(await bodyOf(request));
      for (const name of ['time', 'start', 'end']) {
        const time = form.get(name);
        if (time !== null) form.set(name, String(Number(time) - AHEAD / 1_000));
      }
      const answer = await fetch(`${server.url}${request.url}`, { method: 'POST', body: form });
      response.setHeader('date', new Date(Date.now() + AHEAD).toUTCString());
      response.end(await answer.text());
    });
    try {
      Object.assign(counters, { queue: 7 });
      await scraped('shop_queue', 7);
      const of = (name: string) =>
        threshold({
          name,
          source: name,
          query: 'max_over_time(shop_queue[2s])',
          against: limit(10),
        });
      const sources = { ...prom(), other: source({ kind: 'prometheus', url: skewed.url }) };
      for (const name of ['prom', 'other']) {
        // oxlint-disable-next-line no-await-in-loop -- one source after the other
        const report = await judgedAfter(of(name), sources, [async () => {}]);
        expect(report).toMatchObject({ verdict: 'healthy', metrics: [{ estimate: 7 }] });
        const remark = report.metrics[0]?.reason ?? '';
        expect(remark.includes('s ahead of ours; it was asked by its own')).toBe(name === 'other');
      }
    } finally {
      await skewed.close();
    }
  });
});
