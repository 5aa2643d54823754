import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { metricSourceSuite } from '../../suites/metric-source.suite.js';
import { type PrometheusServer, startPrometheus } from '../../support/prometheus-server.js';
import { asked, closedUrl, type FakeServer, never, serve, source } from './source-fixtures.js';

const prometheus = (url: string, settings: Record<string, unknown> = {}) =>
  source({ kind: 'prometheus', url, ...settings });

metricSourceSuite('the Prometheus source before a real one', async () => {
  const server = await startPrometheus({ jobs: [] });
  return {
    source: prometheus(server.url, { timeout: 20_000 }),
    hasty: prometheus(server.url, { timeout: 300 }),
    unreachable: prometheus(await closedUrl()),
    queries: {
      some: 'vector(0.25) or label_replace(vector(0.5), "a", "b", "", "")',
      nothing: 'no_such_metric',
      notNumbers: '0 / vector(0)',
      infinite: '1 / vector(0) or label_replace(-1 / vector(0), "a", "b", "", "")',
      warned: null,
      refused: { query: 'sum(up', reason: 'unclosed left parenthesis' },
    },
    muted: async (work) => {
      await server.pause();
      return work().finally(() => server.resume());
    },
    close: server.dispose,
  };
});

describe('a real Prometheus that scrapes two targets', () => {
  let good: FakeServer;
  let bad: FakeServer;
  let server: PrometheusServer;
  beforeAll(async () => {
    const exporter = (value: number) =>
      serve((_request, response) => {
        response.setHeader('content-type', 'text/plain; version=0.0.4');
        response.end(`error_ratio{code="500"} ${value}\nbroken NaN\n`);
      });
    good = await exporter(0.01);
    bad = await exporter(0.05);
    const target = ({ url }: FakeServer, version: string) => ({
      address: new URL(url).host,
      labels: { version },
    });
    server = await startPrometheus({
      jobs: [{ name: 'shop', targets: [target(good, '1.0.0'), target(bad, '2.0.0')] }],
    });
  });
  afterAll(async () => Promise.all([server, good, bad].map(close)));
  const close = async (one: PrometheusServer | FakeServer) =>
    'dispose' in one ? one.dispose() : one.close();
  const ask = async (query: string) => {
    const now = Date.now();
    const seen = await prometheus(server.url).query(
      asked(query, { start: now - 60_000, end: now }),
      never(),
    );
    return seen.ok ? seen.value : seen.error;
  };

  it('gives the values of one version, and of both', async () => {
    await vi.waitFor(
      async () => expect(await ask('error_ratio')).toMatchObject({ series: 2, notNumbers: 0 }),
      { timeout: 30_000, interval: 100 },
    );
    expect(await ask('error_ratio{version="2.0.0"}')).toEqual({
      values: [0.05],
      notNumbers: 0,
      series: 1,
    });
    expect(await ask('broken')).toMatchObject({ values: [], notNumbers: 2, series: 2 });
    expect(await ask('broken{version="1.0.0"}')).toMatchObject({
      notNumberSeries: [expect.stringMatching(/^broken\{.*version="1\.0\.0"/)],
    });
  });

  it('is unreachable while it is stopped, and knows its data when it is back', async () => {
    await vi.waitFor(async () => expect(await ask('error_ratio')).toMatchObject({ series: 2 }), {
      timeout: 30_000,
      interval: 100,
    });
    await server.stop();
    expect(await ask('error_ratio')).toMatchObject({ code: 'metric/unreachable' });
    await server.start();
    expect(await ask('last_over_time(error_ratio{version="1.0.0"}[1m])')).toMatchObject({
      values: [0.01],
    });
  });
});
