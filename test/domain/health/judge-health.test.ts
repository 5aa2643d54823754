import { describe, expect, test } from 'vitest';
import { judgeHealth, UNCHECKED } from '../../../src/domain/health/judge-health.js';
import type { CheckResult, HealthStatus } from '../../../src/domain/model/verification.js';

const result = (word: string, at: number): CheckResult => ({
  name: `check-${at}`,
  target: null,
  status: word.replace('minor ', '') as HealthStatus,
  critical: !word.startsWith('minor '),
  message: `it is ${word}`,
  latencyMs: 1,
  at: 1,
  details: {},
});

describe('one judgement from many checks', () => {
  test.each<[string, HealthStatus]>([
    ['healthy, healthy', 'healthy'],
    ['healthy, minor healthy', 'healthy'],
    ['unhealthy, healthy', 'unhealthy'],
    ['unhealthy, unknown', 'unhealthy'],
    ['unhealthy, degraded, minor unhealthy', 'unhealthy'],
    ['unknown, healthy', 'unknown'],
    ['unknown, degraded', 'unknown'],
    ['unknown, minor unhealthy', 'unknown'],
    ['unknown', 'unknown'],
    ['minor unknown, minor unknown', 'unknown'],
    ['healthy, minor unknown', 'degraded'],
    ['minor healthy, minor unknown', 'degraded'],
    ['healthy, minor unhealthy', 'degraded'],
    ['minor unhealthy', 'degraded'],
    ['degraded, healthy', 'degraded'],
    ['healthy, minor degraded', 'degraded'],
  ])('%s is %s', (words, status) => {
    expect(judgeHealth(words.split(', ').map(result)).status).toBe(status);
  });

  test('of no checks at all is unknown: nothing passes in silence', () => {
    expect(judgeHealth([])).toEqual({ status: 'unknown', reason: 'no check ran', checks: [] });
  });

  test('keeps every check it rests on', () => {
    const checks = ['healthy', 'degraded'].map(result);

    expect(judgeHealth(checks).checks).toBe(checks);
  });

  test('says how many are well, or which are not and why, the telling ones first', () => {
    const reason = (...words: readonly string[]) => judgeHealth(words.map(result)).reason;

    expect(reason('healthy', 'healthy')).toBe('2 of 2 checks healthy');
    expect(reason('minor degraded', 'unhealthy', 'healthy')).toBe(
      '2 of 3 checks not healthy: check-1: it is unhealthy',
    );
    expect(reason('healthy', 'minor unhealthy')).toBe(
      '1 of 2 checks not healthy: check-1: it is minor unhealthy',
    );
    expect(reason('unhealthy', 'unhealthy', 'unhealthy', 'unhealthy')).toBe(
      '4 of 4 checks not healthy: check-0: it is unhealthy; check-1: it is unhealthy; check-2: it is unhealthy',
    );
  });

  test('names the target where the check has one', () => {
    const check = { ...result('unhealthy', 0), target: 'web-1' };

    expect(judgeHealth([check]).reason).toContain('check-0 of web-1: it is unhealthy');
  });

  test('is optimistic only for a service that has no checks', () => {
    expect(UNCHECKED).toEqual({
      status: 'healthy',
      reason: 'no checks are configured',
      checks: [],
    });
  });
});
