import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metricSourceSuite } from '../../suites/metric-source.suite.js';
import {
  asked,
  bodyOf,
  closedUrl,
  type FakeServer,
  never,
  serve,
  source,
} from './source-fixtures.js';

const prometheus = (url: string, settings: Record<string, unknown> = {}) =>
  source({ kind: 'prometheus', url, ...settings });

const success = (resultType: string, result: unknown) =>
  JSON.stringify({ status: 'success', data: { resultType, result } });
const sample = (text: string) => [1_767_225_600, text];
const BAD_QUERY = 'invalid parameter "query": 1:7: parse error: unclosed left parenthesis';

/** As small as an understudy can be that the suite can't tell from the real one. */
async function answerLikePrometheus(request: IncomingMessage, response: ServerResponse) {
  const query = new URLSearchParams(await bodyOf(request)).get('query');
  const range = request.url === '/api/v1/query_range';
  const series = (...texts: string[]) =>
    range
      ? success(
          'matrix',
          texts.map((text) => ({ metric: {}, values: [sample(text), sample(text)] })),
        )
      : success(
          'vector',
          texts.map((text) => ({ metric: {}, value: sample(text) })),
        );
  if (query === 'bad(') {
    const error = { status: 'error', errorType: 'bad_data', error: BAD_QUERY };
    response.writeHead(400).end(JSON.stringify(error));
  } else if (query === 'nothing') response.end(series());
  else if (query === '0/0') response.end(series('NaN'));
  else if (query === '1/0') response.end(series('+Inf', '-Inf'));
  else if (query === 'partly') {
    const warned = { ...JSON.parse(series('0.25')), warnings: ['a store is away'] };
    response.end(JSON.stringify(warned));
  } else response.end(series('0.25', '5e-01'));
}

metricSourceSuite('the Prometheus source', async () => {
  const server = await serve((...exchange) => void answerLikePrometheus(...exchange));
  return {
    source: prometheus(server.url),
    hasty: prometheus(server.url, { timeout: 300 }),
    unreachable: prometheus(await closedUrl()),
    queries: {
      some: 'some',
      nothing: 'nothing',
      notNumbers: '0/0',
      infinite: '1/0',
      warned: 'partly',
      refused: { query: 'bad(', reason: 'unclosed left parenthesis' },
    },
    muted: server.muted,
    close: server.close,
  };
});

describe('the Prometheus source', () => {
  let server: FakeServer;
  let answer: (response: ServerResponse) => void;
  let requests: { readonly request: IncomingMessage; readonly body: string }[] = [];
  beforeEach(async () => {
    requests = [];
    server = await serve((request, response) => {
      void (async () => {
        requests.push({ request, body: await bodyOf(request) });
        answer(response);
      })();
    });
  });
  afterEach(async () => server.close());
  const ask = async (status: number, body: string) => {
    answer = (response) => response.writeHead(status).end(body);
    return prometheus(server.url).query(asked('up'), never());
  };

  it('puts an instant query as a form, at the end of the window in seconds', async () => {
    answer = (response) => response.end(success('vector', []));
    await prometheus(`${server.url}/prefix/`).query(asked('sum(up) > 1', { end: 1_500 }), never());
    const [{ request, body } = { request: null, body: '' }] = requests;
    expect(request).toMatchObject({ method: 'POST', url: '/prefix/api/v1/query' });
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      query: 'sum(up) > 1',
      time: '1.5',
    });
  });

  it('puts a range query with its window and its step in seconds', async () => {
    answer = (response) => response.end(success('matrix', []));
    await prometheus(server.url).query(asked('up', { kind: 'range' }), never());
    expect(requests[0]?.request.url).toBe('/api/v1/query_range');
    expect(Object.fromEntries(new URLSearchParams(requests[0]?.body))).toEqual({
      query: 'up',
      start: '1767225540',
      end: '1767225600',
      step: '0.5',
    });
  });

  it.each([
    ['a scalar', 'scalar', sample('42'), { values: [42], notNumbers: 0, series: 1 }],
    [
      'infinities and NaN in a vector',
      'vector',
      ['+Inf', '-Inf', 'NaN', '-1.5e-3'].map((text) => ({
        metric: { __name__: 'up', pod: `"${text}"` },
        value: sample(text),
      })),
      {
        values: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.0015],
        notNumbers: 1,
        notNumberSeries: [String.raw`up{pod="\"NaN\""}`],
        series: 4,
      },
    ],
    [
      'gaps in a matrix',
      'matrix',
      [{ metric: {}, values: [sample('1'), sample('NaN')] }, { values: [sample('2')] }],
      { values: [1, 2], notNumbers: 1, notNumberSeries: ['{}'], series: 2 },
    ],
  ])('reads %s', async (_what, type, result, value) => {
    expect(await ask(200, success(type, result))).toEqual({ ok: true, value });
  });

  it.each([
    [
      { warnings: ['some'], infos: ['rate'] },
      { warnings: ['some'], infos: ['rate'] },
    ],
    [{ warnings: [], isPartial: true }, { warnings: ['the answer is partial'] }],
    [{ warnings: 'no list', infos: [7], isPartial: 'x' }, {}],
  ])('passes on what is said beside the data: %j', async (said, passedOn) => {
    const body = { ...JSON.parse(success('scalar', sample('1'))), ...said };
    expect(await ask(200, JSON.stringify(body))).toEqual({
      ok: true,
      value: { values: [1], notNumbers: 0, series: 1, ...passedOn },
    });
  });

  it('hides its secrets also in what it warns of', async () => {
    const body = {
      ...JSON.parse(success('scalar', sample('1'))),
      warnings: ['saw hunter22hunter'],
    };
    answer = (response) => response.end(JSON.stringify(body));
    const seen = await prometheus(server.url, { bearer: 'hunter22hunter' }).query(
      asked('up'),
      never(),
    );
    expect(seen).toMatchObject({ ok: true });
    expect(JSON.stringify(seen)).not.toContain('hunter22');
  });

  it.each([
    ['a text', success('string', sample('hello')), 'expected numbers'],
    ['a histogram', success('vector', [{ metric: {}, histogram: [1, {}] }]), 'histogram_quantile'],
    [
      'histograms over a range',
      success('matrix', [{ metric: {}, histograms: [[1, {}]] }]),
      'histogram_quantile',
    ],
    ['a value that is no float', success('scalar', sample('0x10')), '"0x10"'],
    ['an empty value, which is no zero', success('scalar', sample('')), '""'],
    ['no JSON', '<html>', "no answer of Prometheus' API"],
    ['other JSON', '{"status":"success","data":{}}', "no answer of Prometheus' API"],
    ['an error under 200', '{"status":"error","errorType":"x","error":"nope"}', 'nope'],
    ['a huge body', `"${'x'.repeat(4 * 1024 * 1024)}"`, 'more than'],
  ])('rejects %s', async (_what, body, reason) => {
    expect(await ask(200, body)).toEqual({
      ok: false,
      error: { code: 'metric/rejected', message: expect.stringContaining(reason) },
    });
  });

  it.each([
    [302, 'metric/rejected'],
    [401, 'metric/rejected'],
    [403, 'metric/rejected'],
    [404, 'metric/rejected'],
    [422, 'metric/rejected'],
    [429, 'metric/unreachable'],
    [500, 'metric/unreachable'],
    [502, 'metric/unreachable'],
  ])('takes a status of %i for %s, with the start of what was said', async (status, code) => {
    const seen = await ask(status, 'it is so\u001b[31m');
    expect(seen).toMatchObject({ ok: false, error: { code } });
    expect(!seen.ok && seen.error.message).toMatch(
      /^POST http:.*\/api\/v1\/query answered \d+: it is so$/,
    );
  });

  it('tells of a query on which the server itself gave up as a timeout', async () => {
    const body = '{"status":"error","errorType":"timeout","error":"query timed out in evaluation"}';
    const seen = await ask(503, body);
    expect(seen).toMatchObject({ ok: false, error: { code: 'metric/timeout' } });
  });

  it('is unreachable where the connection breaks in the middle of an answer', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"status"');
      setImmediate(() => response.destroy());
    };
    const seen = await prometheus(server.url).query(asked('up'), never());
    expect(seen).toMatchObject({ ok: false, error: { code: 'metric/unreachable' } });
  });

  it('has one time limit, over a body that trickles in too', async () => {
    answer = (response) => {
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    };
    const seen = await prometheus(server.url, { timeout: 200 }).query(asked('up'), never());
    expect(seen).toMatchObject({ ok: false, error: { code: 'metric/timeout' } });
  });
});
