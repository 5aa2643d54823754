import { describe, expect, test } from 'vitest';
import { restartDiagnostics } from '../../src/cli/operating/change-diagnostics.js';
import { diagnosticsOf } from '../../src/cli/operating/diagnostics.js';
import type { Diagnosis } from '../../src/domain/ports/diagnosis.js';
import { aWorkerSign } from '../support/worker-signs.js';

const FIT: Diagnosis = {
  namespace: 'signalbox',
  redis: {
    ...{ version: '7.2.4', mode: 'standalone', role: 'master', replicas: 1 },
    ...{ evictionPolicy: 'noeviction', memoryBytes: 100, memoryLimitBytes: 1_000 },
    ...{ appendOnly: true, appendFsync: 'always', clockAheadMs: 3, roundTripMs: 1 },
  },
  work: {
    ...{ leader: 'w1', workers: 2, queues: [], open: 1, due: 1, overdue: 0, overdueMs: 0 },
    counters: {},
  },
};

const found = (redis: Partial<Diagnosis['redis']>, work: Partial<Diagnosis['work']> = {}) =>
  diagnosticsOf({
    ...FIT,
    redis: { ...FIT.redis, ...redis },
    work: { ...FIT.work, ...work },
  }).map(({ level, text }) => `${level}: ${text}`);

describe('what ails a Redis', () => {
  test('is nothing where it is fit', () => {
    expect(found({})).toEqual([]);
    expect(found({ evictionPolicy: null, appendFsync: null, memoryLimitBytes: 0 })).toEqual([]);
    expect(found({}, { workers: null, due: 0 })).toEqual([]);
  });

  test.each([
    [{ evictionPolicy: 'allkeys-lru' }, 'bad: maxmemory-policy is allkeys-lru'],
    [{ role: 'slave' }, 'bad: this Redis is a slave'],
    [{ appendOnly: false }, 'warn: appendonly is off'],
    [{ appendFsync: 'everysec' }, 'warn: appendfsync is everysec'],
    [{ clockAheadMs: 9_000 }, 'warn: its clock is 9s ahead of the one here'],
    [{ clockAheadMs: -9_000 }, 'warn: its clock is 9s behind the one here'],
    [{ memoryBytes: 900 }, 'warn: 90 % of its memory is used'],
  ])('is said in a sentence: %j', (redis, sentence) => {
    expect(found(redis)).toEqual([expect.stringContaining(sentence)]);
  });

  test.each([
    [{ overdue: 2, overdueMs: 90_000 }, 'bad: 2 deployments are overdue, the first for 1m 30s'],
    [{ workers: 0 }, 'bad: work is owed, and no worker is connected'],
    [{ leader: null }, 'warn: work is owed, and no worker leads'],
  ])('is also what nobody does: %j', (work, sentence) => {
    expect(found({}, work)).toEqual([expect.stringContaining(sentence)]);
  });
});

test('a worker at work whose configuration was edited is named, with what to do', () => {
  const workers = [
    aWorkerSign({ id: 'w-1', configChanged: true }),
    aWorkerSign({ id: 'w-2' }),
    aWorkerSign({ id: 'w-3', configChanged: true, alive: false }),
  ];

  expect(restartDiagnostics(workers)).toEqual([
    {
      level: 'warn',
      text: 'worker w-1 on host-1: its configuration file has changed since it started; restart it to use it',
    },
  ]);
});
