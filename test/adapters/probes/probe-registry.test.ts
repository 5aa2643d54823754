import { describe, expect, it } from 'vitest';
import { createProbe } from '../../../src/adapters/probes/probe-registry.js';
import { probe } from './probe-fixtures.js';

describe('a probe', () => {
  it('needs its kind and what that looks at: every default is filled in', () => {
    expect(createProbe({ kind: 'http', url: 'http://{target.address}/healthz' })).toMatchObject({
      ...{ critical: true, timeoutMs: 5_000, intervalMs: 1_000 },
      ...{ healthyThreshold: 1, unhealthyThreshold: 3 },
    });
  });

  it('that is wrongly asked for is refused, naming the field', () => {
    expect(() => createProbe({ kind: 'http', url: '', timeout: 'soon' })).toThrow(/at timeout/);
  });
});

describe('a probe from the configuration', () => {
  it.each([
    [
      { kind: 'http', url: 'http://{target.address}/healthz' },
      'http http://{target.address}/healthz',
    ],
    [{ kind: 'tcp', address: '{target.address}' }, 'tcp {target.address}'],
    [{ kind: 'command', argv: ['./check', '{version}'] }, 'command ./check {version}'],
    [{ kind: 'memory' }, 'memory'],
    [{ kind: 'disk', path: '/var' }, 'disk /var'],
  ])('of %j is called %s when it was given no name', (settings, name) => {
    expect(probe(settings)).toMatchObject({ name, kind: settings.kind, critical: true });
  });

  it('keeps the name, weight and patience that were given', () => {
    const given = {
      name: 'port',
      critical: false,
      timeout: '2s',
      healthyThreshold: 2,
      unhealthyThreshold: 5,
      interval: '3s',
    };
    expect(probe({ kind: 'tcp', address: 'a:1', ...given })).toMatchObject({
      name: 'port',
      critical: false,
      timeoutMs: 2_000,
      healthyThreshold: 2,
      unhealthyThreshold: 5,
      intervalMs: 3_000,
    });
  });

  it.each([
    { kind: 'http', url: 'http://{target.adress}/' },
    { kind: 'http', url: 'http://a/', expectedBody: '{versoin}' },
    { kind: 'tcp', address: '{host}:80' },
    { kind: 'command', argv: ['check', '{fence}'] },
    { kind: 'command', argv: ['check'], expectedOutput: '{nothing}' },
  ])('of %j is refused at once for a placeholder that there is not', (settings) => {
    expect(() => probe(settings)).toThrow(/is no placeholder/);
  });
});
