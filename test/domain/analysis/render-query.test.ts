import { describe, expect, test } from 'vitest';
import {
  queryProblem,
  renderQuery,
  type QueryContext,
} from '../../../src/domain/analysis/render-query.js';
import { version } from '../../../src/domain/model/ids.js';
import { subject } from './analysis-fixtures.js';

const [first] = subject.targets;
const context = (changes: Partial<QueryContext> = {}): QueryContext => ({
  subject,
  side: 'canary',
  targets: subject.targets,
  window: 10_400,
  step: 1_000,
  quoting: 'regex',
  ...changes,
});
const rendered = (template: string, changes: Partial<QueryContext> = {}): string => {
  const result = renderQuery(template, context(changes));
  return result.ok ? result.value : `refused: ${result.error}`;
};
const baseline = { side: 'baseline', targets: subject.baseline } as const;

describe('a query', () => {
  test('keeps the braces of PromQL and takes the values between them', () => {
    expect(rendered('sum(increase(http{version="{version}",code=~"5.."}[{window}]))')).toBe(
      'sum(increase(http{version="1.4.2",code=~"5.."}[10s]))',
    );
  });

  test.each([
    ['{service} {environment}', 'api production', 'api production'],
    ['{version} {previousVersion}', '1.4.2 1.4.1', '1.4.1 1.4.1'],
    ['{targets}', 'web-1|web-2', 'web-3'],
    ['{baseline}', 'web-3', 'web-3'],
    ['{addresses}', '10[.]0[.]0[.]1:80|10[.]0[.]0[.]2:80', '10[.]0[.]0[.]3:80'],
    ['{colour}', 'green', 'blue'],
    ['{window} {step}', '10s 1s', '10s 1s'],
    ['{{version}} {nothing-else}', '{version} {nothing-else}', '{version} {nothing-else}'],
  ])('%s is %s of the new version, %s of the old', (template, canary, old) => {
    expect(rendered(template)).toBe(canary);
    expect(rendered(template, baseline)).toBe(old);
  });

  test('looks back at least a second', () => {
    expect(rendered('{window}', { window: 3 })).toBe('1s');
  });

  test('puts every metacharacter of an address in brackets', () => {
    const odd = first && { ...first, address: '[::1]:80/a+b$' };
    expect(rendered('{addresses}', { targets: odd ? [odd] : [] })).toBe('[[]::1[]]:80/a[+]b[$]');
  });

  test.each(['a"b', "a'b", 'a\\b', 'a^b', 'a`b', ''])('refuses the address %j', (address) => {
    const odd = first && { ...first, address };
    expect(rendered('{addresses}', { targets: odd ? [odd] : [] })).toBe(
      `refused: {addresses} would put ${JSON.stringify(address)} into the query`,
    );
  });

  test.each(['1"}', "1'", '1\\', '.*|x', 'a{b}'])(
    'refuses a version that would be more than itself in the query: %s',
    (text) => {
      const odd = { ...subject, version: version(text) };
      expect(rendered('up{v=~"{version}"}', { subject: odd })).toBe(
        `refused: {version} would put ${JSON.stringify(text)} into the query`,
      );
    },
  );

  test('has a version in letters of any script as it is', () => {
    const odd = { ...subject, version: version('größe-✓') };
    expect(rendered('up{v="{version}"}', { subject: odd })).toBe('up{v="größe-✓"}');
    expect(rendered('/m/{version}', { quoting: 'url', subject: odd })).toBe(
      '/m/gr%C3%B6%C3%9Fe-%E2%9C%93',
    );
  });

  test('is percent-encoded in a URL: a version cannot leave its place in the path', () => {
    const odd = { ...subject, version: version('a/b+c') };
    expect(rendered('/m/{version}?t={targets}', { quoting: 'url', subject: odd })).toBe(
      '/m/a%2Fb%2Bc?t=web-1,web-2',
    );
    const climbing = { ...subject, version: version('..') };
    expect(rendered('/m/{version}', { quoting: 'url', subject: climbing })).toBe(
      'refused: .. is no part of a path',
    );
  });

  test('is refused where a placeholder has no value', () => {
    const bare = { ...subject, previousVersion: null, baseline: [] };
    const none = { subject: bare, targets: first ? [{ ...first, metadata: {} }] : [] };
    expect(rendered('{previousVersion}', none)).toContain('no old version is known');
    expect(rendered('{version}', { ...none, side: 'baseline' })).toContain(
      '{version} has no value',
    );
    expect(rendered('{baseline}', none)).toContain('{baseline} has no value');
    expect(rendered('{colour}', none)).toContain('{colour} has no value');
  });

  test('is refused, at once and when rendered, where it names something unknown', () => {
    expect(queryProblem('up{job="{service}"}')).toBeNull();
    expect(queryProblem('{verison}')).toMatch(
      /^\{verison\} is no placeholder; there are \{service\}/,
    );
    expect(rendered('{verison}')).toContain('{verison} is no placeholder');
  });
});
