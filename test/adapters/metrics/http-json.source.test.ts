import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metricSourceSuite } from '../../suites/metric-source.suite.js';
import { asked, closedUrl, END, type FakeServer, never, serve, source } from './source-fixtures.js';

const VALUES = 'data.values[*].value';
const httpJson = (url: string, settings: Record<string, unknown> = {}) =>
  source({ kind: 'http_json', url, path: VALUES, warnings: 'warnings', ...settings });

const ANSWERS: Readonly<Record<string, unknown>> = {
  '/v1/some': { data: { values: [{ value: 0.25 }, { value: '5e-1' }] } },
  '/v1/nothing': { data: { values: [] } },
  '/v1/infinite': { data: { values: [{ value: '+Inf' }, { value: '-Infinity' }] } },
  '/v1/warned': { data: { values: [{ value: 0.25 }] }, warnings: ['a store is away'] },
  '/v1/gaps': { data: { values: [{ value: null }, { value: 'NaN' }] } },
};

metricSourceSuite('the JSON source', async () => {
  const server = await serve((request, response) => {
    const known = ANSWERS[request.url ?? ''];
    if (known === undefined) response.writeHead(404).end('no such metric');
    else response.end(JSON.stringify(known));
  });
  return {
    source: httpJson(`${server.url}/v1`),
    hasty: httpJson(`${server.url}/v1`, { timeout: 300 }),
    unreachable: httpJson(await closedUrl()),
    queries: {
      some: '/some',
      nothing: '/nothing',
      notNumbers: '/gaps',
      infinite: '/infinite',
      warned: '/warned',
      refused: { query: '/typo', reason: 'no such metric' },
    },
    muted: server.muted,
    close: server.close,
  };
});

describe('the JSON source', () => {
  let server: FakeServer;
  let body = '{}';
  let requests: IncomingMessage[] = [];
  beforeEach(async () => {
    requests = [];
    server = await serve((request, response) => {
      requests.push(request);
      response.end(body);
    });
  });
  afterEach(async () => server.close());

  it.each([
    ['a member', 'p99', { p99: 12.5 }, [12.5]],
    ['the whole document', '$', 7, [7]],
    ['an element of an array', '[1].p99', [{ p99: 1 }, { p99: 2 }], [2]],
    ['each member of an object', '$.by_host[*]', { by_host: { a: 1, b: 2 } }, [1, 2]],
    ['a member with any name', 'a["b.c [x]"]', { a: { 'b.c [x]': 3 } }, [3]],
    [
      'arrays in arrays',
      'points[*][0]',
      {
        points: [
          [1, 10],
          [2, 20],
        ],
      },
      [1, 2],
    ],
    ['numbers written as text', '[*]', ['1', '-2.5', '.5', '3e2'], [1, -2.5, 0.5, 300]],
    ['nothing where there is no such member', 'a.b', { a: {} }, []],
    ['nothing beyond the end of an array', '[3]', [1], []],
    ['nothing where a number stands for an object', 'a.b', { a: 1 }, []],
    ['nothing that objects inherit', 'a.constructor', { a: {} }, []],
    ['nothing of what an array is by itself', 'length', [1, 2], []],
  ])('finds %s', async (_what, path, document, values) => {
    body = JSON.stringify(document);
    const seen = await httpJson(server.url, { path }).query(asked('/'), never());
    expect(seen).toEqual({
      ok: true,
      value: { values, notNumbers: 0, series: Math.min(1, values.length) },
    });
  });

  it('takes a number that is too large for infinity, however it is written', async () => {
    body = '[1e999, "-1e999", "Inf", "-inf", "+Infinity", 1, "nan", null]';
    const seen = await httpJson(server.url, { path: '[*]' }).query(asked('/'), never());
    const [inf, minus] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(seen).toEqual({
      ok: true,
      value: { values: [inf, minus, inf, minus, inf, 1], notNumbers: 2, series: 1 },
    });
  });

  it.each([
    ['a flag that is set', { data: 1, partial: true }, ['the answer says true']],
    ['one that is not', { data: 1, partial: false }, undefined],
    ['an empty list', { data: 1, partial: [] }, undefined],
    ['nothing there', { data: 1 }, undefined],
    ['a list of texts', { data: 1, partial: ['a', '', 'b'] }, ['a', 'b']],
    ['what is neither', { data: 1, partial: { code: 7 } }, ['the answer says {"code":7}']],
  ])('takes for a warning what stands where warnings stand: %s', async (_, document, warnings) => {
    body = JSON.stringify(document);
    const settings = { path: 'data', warnings: 'partial' };
    const seen = await httpJson(server.url, settings).query(asked('/'), never());
    expect(seen).toMatchObject({ ok: true, value: { values: [1] } });
    expect(seen.ok && seen.value.warnings).toEqual(warnings);
  });

  it.each([
    ['an object', '[{}]', 'type object'],
    ['an array', '[[]]', 'type array'],
    ['a truth value, which is no 1', '[true]', 'type boolean'],
    ['a text', '["12 ms"]', 'type string'],
    ['an empty text, which is no zero', '[""]', 'type string'],
    ['what is no JSON', '<html>', 'no JSON'],
  ])('rejects %s', async (_what, text, reason) => {
    body = text;
    const seen = await httpJson(server.url, { path: '[*]' }).query(asked('/'), never());
    expect(seen).toEqual({
      ok: false,
      error: { code: 'metric/rejected', message: expect.stringContaining(reason) },
    });
  });

  it.each([
    ['/latency?q=0.99', '/api/v1/latency?q=0.99'],
    ['latency', '/api/v1/latency'],
    ['?metric=latency', '/api/v1?metric=latency'],
    ['', '/api/v1'],
    ['//elsewhere.example/x', '/api/v1//elsewhere.example/x'],
    ['@elsewhere.example', '/api/v1/@elsewhere.example'],
    ['https://elsewhere.example/', '/api/v1/https://elsewhere.example/'],
  ])('asks for %j below its base', async (query, url) => {
    await httpJson(`${server.url}/api/v1/`).query(asked(query), never());
    expect(requests.map((request) => request.url)).toEqual([url]);
  });

  it.each(['/../admin', '/%2e%2e/admin', '/x/../../../admin', String.raw`/..\admin`])(
    'refuses %j, which leads out of its base',
    async (query) => {
      const seen = await httpJson(`${server.url}/api/v1`).query(asked(query), never());
      expect(seen).toMatchObject({ ok: false, error: { code: 'metric/rejected' } });
      expect(requests).toEqual([]);
    },
  );

  it('carries the time asked for in the parameters that were named', async () => {
    const window = { start: 'from', end: 'to', step: 'every', unit: 'ms' };
    const timed = httpJson(server.url, { window });
    await timed.query(asked('/q?x=1&to=0', { kind: 'range' }), never());
    await timed.query(asked('/q'), never());
    const seconds = httpJson(server.url, { window: { start: 'from', end: 'to' } });
    await seconds.query(asked('/q', { kind: 'range' }), never());
    const from = END - 60_000;
    expect(requests.map(({ url }) => url)).toEqual([
      `/q?x=1&to=${END}&from=${from}&every=500`,
      `/q?from=${from}&to=${END}`,
      `/q?from=${from / 1_000}&to=${END / 1_000}`,
    ]);
  });

  it('keeps the query string, which may hold a token, out of its messages', async () => {
    const seen = await httpJson(await closedUrl()).query(asked('/q?token=tops3cret'), never());
    expect(seen).toMatchObject({ ok: false });
    expect(JSON.stringify(seen)).not.toContain('tops3cret');
  });
});
