import { describe, expect, test } from 'vitest';
import { metricsFromCsv } from '../../../src/adapters/simulation/metrics-csv.js';

describe('metrics as a table', () => {
  test('have a row for each round, and repeat what is left empty', () => {
    const text = 'metric, canary, baseline\r\np99,100,90\n\np99,,95\np99,none\nerrors,,0.01\n';
    expect(metricsFromCsv(text)).toEqual({
      ok: true,
      value: {
        p99: { canary: [100, 100, 'none'], baseline: [90, 95, 95] },
        errors: { baseline: [0.01] },
      },
    });
  });

  test.each([
    ['', 'expected the header metric,canary,baseline'],
    ['name,value\np99,1', 'expected the header metric,canary,baseline'],
    ['metric,canary,baseline\n,1,2', 'line 2: expected metric,canary,baseline'],
    ['metric,canary,baseline\np99,1,2,3', 'line 2: expected metric,canary,baseline'],
  ])('are refused as %j', (text, error) => {
    expect(metricsFromCsv(text)).toEqual({ ok: false, error });
  });
});
