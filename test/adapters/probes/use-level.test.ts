import { describe, expect, it } from 'vitest';
import { CheckSchema, type CheckSpec } from '../../../src/contracts/config/check.schema.js';
import { createDiskProbe } from '../../../src/adapters/probes/disk.probe.js';
import { createMemoryProbe, parseMeminfo } from '../../../src/adapters/probes/memory.probe.js';
import { healthProbeSuite } from '../../suites/health-probe.suite.js';
import { never, probe, subject } from './probe-fixtures.js';

function spec<K extends 'memory' | 'disk'>(kind: K, settings: Record<string, unknown> = {}) {
  const parsed = CheckSchema.parse({ kind, ...settings });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kind was given
  return parsed as Extract<CheckSpec, { kind: K }>;
}
const memoryUsed = (percent: number, settings = {}) =>
  createMemoryProbe(spec('memory', settings), () =>
    Promise.resolve({ total: 1_000, available: 1_000 - 10 * percent }),
  );
const diskUsed = (percent: number, settings = {}) =>
  createDiskProbe(spec('disk', settings), () =>
    Promise.resolve({ blocks: 1_000, bfree: 1_000 - 10 * percent, bavail: 1_000 - 10 * percent }),
  );
const neverEnds = () => new Promise<never>(() => {});

healthProbeSuite('the memory probe', () =>
  Promise.resolve({
    subject: subject(null),
    good: memoryUsed(10),
    bad: memoryUsed(99),
    blind: createMemoryProbe(spec('memory'), () => Promise.reject(new Error('no /proc'))),
  }),
);

healthProbeSuite('the disk probe', () =>
  Promise.resolve({
    subject: subject(null),
    good: diskUsed(10),
    bad: diskUsed(99),
    blind: probe({ kind: 'disk', path: '/no/such/folder' }),
    slow: { probe: createDiskProbe(spec('disk', { timeout: 50 }), neverEnds), status: 'unknown' },
  }),
);

describe.each([
  ['memory', memoryUsed],
  ['disk', diskUsed],
] as const)('a %s check', (_kind, used) => {
  it.each([
    [79.9, 'healthy'],
    [80, 'degraded'],
    [94.9, 'degraded'],
    [95, 'unhealthy'],
  ])('with %s %% in use is %s', async (percent, status) => {
    expect(await used(percent).observe(subject(), never())).toMatchObject({
      status,
      details: { usedPercent: percent, warning: 80, criticalLevel: 95 },
    });
  });

  it('keeps to the levels that were configured', async () => {
    const strict = used(50, { warning: 20, criticalLevel: 40 });
    expect(await strict.observe(subject(), never())).toMatchObject({ status: 'unhealthy' });
  });
});

describe('what is in use on this machine', () => {
  it.each(['memory', 'disk'])('is a percentage of its %s', async (kind) => {
    const seen = await probe({ kind, warning: 100, criticalLevel: 100 }).observe(
      subject(),
      never(),
    );
    expect(seen.details['usedPercent']).toBeGreaterThan(0);
    expect(seen.details['usedPercent']).toBeLessThanOrEqual(100);
  });

  it('counts a page cache as free, and what is kept for root as not to be had', async () => {
    expect(parseMeminfo('MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable: 600 kB\n')).toEqual({
      total: 1_024_000,
      available: 614_400,
    });
    const rooted = createDiskProbe(spec('disk'), () =>
      Promise.resolve({ blocks: 100, bfree: 10, bavail: 5 }),
    );
    expect(await rooted.observe(subject(), never())).toMatchObject({
      details: { usedPercent: 94.7 },
    });
  });

  it('is unknown of a file system without a size, and of a text without numbers', async () => {
    const empty = createDiskProbe(spec('disk'), () =>
      Promise.resolve({ blocks: 0, bfree: 0, bavail: 0 }),
    );
    expect(await empty.observe(subject(), never())).toMatchObject({ status: 'unknown' });
    expect(parseMeminfo('MemTotal: lots')).toBeNull();
  });
});
