import { describe, expect, test } from 'vitest';
import {
  MetricSourceSchema,
  MetricSourcesSchema,
} from '../../src/contracts/config/metric-source.schema.js';
import { messagesOf, pathsOf } from './refused.js';

const prometheus = (more: Record<string, unknown> = {}) => ({
  kind: 'prometheus',
  url: 'http://127.0.0.1:9090',
  ...more,
});
const httpJson = (more: Record<string, unknown> = {}) => ({
  kind: 'http_json',
  url: 'https://metrics.example/api',
  path: 'data.values[*].value',
  ...more,
});

describe('a metric source', () => {
  test('needs little, and answers within five seconds', () => {
    expect(MetricSourceSchema.parse(prometheus())).toEqual({
      kind: 'prometheus',
      url: 'http://127.0.0.1:9090',
      headers: {},
      timeout: 5_000,
    });
    expect(MetricSourceSchema.parse(httpJson({ timeout: '2s' }))).toMatchObject({ timeout: 2_000 });
  });

  test('names its time parameters, in seconds unless it says otherwise', () => {
    const window = { start: 'from', end: 'to' };
    expect(MetricSourceSchema.parse(httpJson({ window }))).toMatchObject({
      window: { ...window, unit: 's' },
    });
  });

  test.each([
    'ftp://127.0.0.1',
    'not a url',
    'http://ada:secret@127.0.0.1',
    'http://ada@127.0.0.1',
    'http://127.0.0.1?a=b',
    'http://127.0.0.1#part',
  ])('is not at %s', (url) => {
    expect(pathsOf(MetricSourceSchema, prometheus({ url }))).toEqual(['url']);
    expect(messagesOf(MetricSourceSchema, httpJson({ url }))).toContain('http or https URL');
  });

  test.each(['value', '$', '$.value', '$["a key"]', '[0]', '[*].value', 'a.b-c._d[12]["e.f"]'])(
    'takes numbers at %s',
    (path) => {
      expect(MetricSourceSchema.parse(httpJson({ path }))).toMatchObject({ path });
    },
  );

  test.each([
    '',
    'a..b',
    'a.',
    '.a',
    'a b',
    '[-1]',
    '[',
    'a[x]',
    '$value',
    '$..value',
    '[?(@.a)]',
    'a.*',
  ])('takes no numbers at %j', (path) => {
    expect(pathsOf(MetricSourceSchema, httpJson({ path }))).toContain('path');
  });

  test('refuses a path that is long and almost right as fast as any', () => {
    expect(pathsOf(MetricSourceSchema, httpJson({ path: `${'a'.repeat(499)}!` }))).toEqual([
      'path',
    ]);
  });

  test('has one credential at most', () => {
    const bearer = 'env:TOKEN';
    const basic = { username: 'ada', password: 'file:/run/secrets/password' };
    const headers = { Authorization: 'env:HEADER' };
    for (const two of [
      { bearer, basic },
      { bearer, headers },
      { basic, headers },
    ]) {
      expect(messagesOf(MetricSourceSchema, prometheus(two))).toContain('at most one of');
      expect(pathsOf(MetricSourceSchema, httpJson(two))).toEqual(['headers']);
    }
    const others = { 'x-tenant': 'shop' };
    expect(MetricSourceSchema.parse(prometheus({ bearer, headers: others }))).toMatchObject({
      bearer,
      headers: others,
    });
  });

  test('has no field that nobody knows, and no other kind', () => {
    expect(MetricSourceSchema.safeParse(prometheus({ path: 'a' })).success).toBe(false);
    expect(pathsOf(MetricSourceSchema, { kind: 'graphite', url: 'http://a' })).toEqual(['kind']);
    expect(pathsOf(MetricSourceSchema, prometheus({ headers: { 'a b': 'c' } }))).toEqual([
      'headers.a b',
    ]);
  });
});

describe('the metric sources of a configuration', () => {
  test('are known by name', () => {
    expect(MetricSourcesSchema.parse({ prom: prometheus() })).toMatchObject({
      prom: { kind: 'prometheus' },
    });
    expect(MetricSourcesSchema.parse(undefined)).toEqual({});
    expect(pathsOf(MetricSourcesSchema, { 'a b': prometheus() })).toEqual(['a b']);
  });
});
