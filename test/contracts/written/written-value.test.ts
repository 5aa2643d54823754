import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigSchema } from '../../../src/contracts/config/config.schema.js';
import { writtenDuration } from '../../../src/contracts/written/duration-text.js';
import { elementOf, factsOf, NULL } from '../../../src/contracts/written/schema-facts.js';
import { writtenValue } from '../../../src/contracts/written/written-value.js';

const written = (config: object): object => Object(writtenValue(ConfigSchema, config));

describe('a value as a configuration would write it', () => {
  test('has lengths of time as text, wherever they stand', () => {
    const config = ConfigSchema.parse({
      services: {
        api: {
          driver: { kind: 'command', argv: ['x'] },
          strategy: { kind: 'canary', stages: [5, { weight: 10, wait: '90s' }] },
          checks: [{ kind: 'tcp', address: 'a:1', timeout: '1500ms' }],
        },
      },
      worker: { lease: '1m' },
    });
    expect(written(config)).toMatchObject({
      worker: { lease: '1m', shutdownGrace: '20s' },
      retention: { deployments: '90d', keep: 50 },
      services: {
        api: {
          driver: { timeout: '15m', keepOutput: 4_096 },
          strategy: { stages: [5, { weight: 10, wait: '90s' }] },
          checks: [{ timeout: '1500ms' }],
        },
      },
    });
  });

  test('shows where a secret is taken from, and never one itself', () => {
    const source = { kind: 'prometheus', url: 'http://me:hunter2@p/?token=hunter2' };
    const shown = written({
      metricSources: { p: { ...source, bearer: 'hunter2', headers: { a: 'hunter2', b: 'env:B' } } },
      security: {
        sessionKey: 'hunter2',
        tokens: [{ name: 'ci', hash: 'hunter2' }],
        publishers: [{ name: 'ci', key: ['file:/k', 'hunter2', '-----BEGIN PUBLIC KEY-----'] }],
      },
      services: {
        api: { driver: { kind: 'command', argv: ['--password=hunter2'], env: { A: 'hunter2' } } },
      },
      unknown: { deep: ['http://me:hunter2@x'], none: null },
    });
    expect(JSON.stringify(shown)).not.toContain('hunter2');
    expect(shown).toMatchObject({
      metricSources: { p: { bearer: '***', headers: { a: '***', b: 'env:B' } } },
      security: { publishers: [{ key: ['file:/k', '***', '-----BEGIN PUBLIC KEY-----'] }] },
      services: { api: { driver: { argv: ['--password=***'], env: { A: '***' } } } },
      unknown: { deep: ['http://***@x'], none: null },
    });
  });

  test('hides whatever stands where a secret may be, also what the schema would refuse', () => {
    const schema = z.object({ s: z.unknown().meta({ writeOnly: true }), l: z.string() });
    expect(writtenValue(schema, { s: { a: ['x', 7, null] }, l: { u: 1 } })).toEqual({
      s: { a: ['***', 7, null] },
      l: { u: 1 },
    });
    expect(writtenValue(z.string(), ['token=x', 1])).toEqual(['token=***', 1]);
    expect(writtenValue(z.union([z.object({ a: z.string() }), z.string()]), { a: 'x' })).toEqual({
      a: 'x',
    });
  });
});

describe('what a schema says', () => {
  test('is found through all that is wrapped around it, the outermost first', () => {
    const schema = z
      .string()
      .meta({ title: 'inner', description: 'within', examples: ['a'] })
      .nullable()
      .default(null)
      .describe('outside');
    expect(factsOf(schema)).toMatchObject({
      title: 'inner',
      description: 'outside',
      examples: ['a'],
      nullable: true,
      required: false,
      usual: NULL,
    });
    expect(elementOf(z.tuple([]))).toBeNull();
    expect(elementOf(z.tuple([z.string()], z.int()))).toBeInstanceOf(z.ZodString);
    expect(elementOf(z.string())).toBeNull();
    expect(factsOf(z.string().meta({ examples: [] }))).toMatchObject({
      required: true,
      examples: [],
    });
  });
});

test.each([
  [0, '0'],
  [1, '1ms'],
  [1_500, '1500ms'],
  [90_000, '90s'],
  [60_000, '1m'],
  [7_200_000, '2h'],
  [2 * 86_400_000, '2d'],
])('%d ms are written as %s', (ms, text) => {
  expect(writtenDuration(ms)).toBe(text);
});
