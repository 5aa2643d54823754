import { describe, expect, test } from 'vitest';
import { FaultSchema } from '../../src/contracts/simulation/fault.schema.js';
import { SimulatedMetricsSchema } from '../../src/contracts/simulation/metrics.schema.js';
import {
  SimulationOptionsSchema,
  SimulationSpecSchema,
} from '../../src/contracts/simulation/simulation.schema.js';
import { messagesOf, pathsOf } from './refused.js';

describe('a fault as it is written', () => {
  const call = { on: 'deploy', target: 'web-2', nth: null, times: null };
  test.each<[string, object]>([
    ['web-2', { ...call, how: 'refuse' }],
    ['web-2=3', { ...call, how: 'fail', times: 3 }],
    ['web-2=hang', { ...call, how: 'hang' }],
    ['web-2=lie', { ...call, how: 'lie' }],
    ['web-2=10m', { ...call, how: 600_000 }],
    ['deploy:router', { ...call, target: 'router', how: 'refuse' }],
    ['restore:web-2', { ...call, on: 'restore', how: 'refuse' }],
    ['restore:web-2=2', { ...call, on: 'restore', how: 'fail', times: 2 }],
    ['target=2', { ...call, target: null, nth: 2, how: 'refuse' }],
    ['worker=7', { on: 'worker', nth: 7 }],
    ['check', { on: 'check', target: null, times: null }],
    ['check=4', { on: 'check', target: null, times: 4 }],
    ['check:web-3', { on: 'check', target: 'web-3', times: null }],
    ['check:web-3=2', { on: 'check', target: 'web-3', times: 2 }],
    ['router', { on: 'router', times: null }],
    ['router=1', { on: 'router', times: 1 }],
    ['flag=2', { on: 'flag', times: 2 }],
    ['metrics', { on: 'metrics', metric: null }],
    ['metrics:error rate', { on: 'metrics', metric: 'error rate' }],
    ['source', { on: 'source', source: null, times: null }],
    ['source:prom=2', { on: 'source', source: 'prom', times: 2 }],
  ])('%s', (text, fault) => {
    expect(FaultSchema.parse(text)).toEqual(fault);
  });

  test.each([
    '',
    '=2',
    'target',
    'target=0',
    'target=x',
    'worker',
    'router=often',
    'metrics=2',
    'metrics:p99=2',
    'source:prom=0',
    'check:web 3',
    'check:web-3=no',
    'restore:web 1',
    'web 2',
    'web-2=',
    'web-2=soon',
    'web-2=0s',
    'nobody:web-2',
  ])('refuses %j, and says what there is', (text) => {
    expect(messagesOf(FaultSchema, text)).toMatch(/^expected a target such as web-2, .* worker=5$/);
  });
});

describe('simulated metrics', () => {
  test('are one value for all rounds, or one for each, of either side', () => {
    const normal = { mean: 200, deviation: 20 };
    const drawn = { rate: 0.05, trials: 1_000 };
    expect(
      SimulatedMetricsSchema.parse({
        constant: 3,
        rounds: [1, 'none', 'down'],
        normal,
        drawn,
        both: { canary: [normal, 300], baseline: drawn },
        old: { baseline: 'none' },
      }),
    ).toEqual({
      constant: { canary: [3] },
      rounds: { canary: [1, 'none', 'down'] },
      normal: { canary: [normal] },
      drawn: { canary: [drawn] },
      both: { canary: [normal, 300], baseline: [drawn] },
      old: { baseline: ['none'] },
    });
  });

  test.each([{ p99: 'often' }, { p99: [] }, { p99: { rate: 2, trials: 10 } }, { p99: { new: 1 } }])(
    'are refused as %j',
    (metrics) => {
      expect(pathsOf(SimulatedMetricsSchema, metrics)).toEqual(['p99']);
    },
  );
});

describe('a simulated service', () => {
  test('has everything, where nothing is said of it', () => {
    expect(SimulationSpecSchema.parse({})).toMatchObject({
      service: 'service',
      environment: 'production',
      strategy: { kind: 'rolling' },
      router: true,
      flags: true,
      driver: { timeout: 900_000, fences: true, removes: true },
      freezes: [],
    });
  });

  test('has as many targets as it says, or those it names', () => {
    const { targets } = SimulationSpecSchema.parse({ targets: 2 });
    expect(targets).toEqual([
      { id: 'web-1', name: 'web-1', address: 'web-1.simulated:80', metadata: {} },
      { id: 'web-2', name: 'web-2', address: 'web-2.simulated:80', metadata: {} },
    ]);
    expect(SimulationSpecSchema.parse({ targets: [{ id: 'a' }] }).targets).toEqual([
      { id: 'a', name: 'a', address: '', metadata: {} },
    ]);
    expect(pathsOf(SimulationSpecSchema, { targets: 0 })).toEqual(['targets']);
  });

  test('has half of them in each of two colours, where it has colours', () => {
    const { targets } = SimulationSpecSchema.parse({ targets: 5, colours: true });
    expect(targets.map(({ id }) => id)).toEqual([
      'blue-1',
      'blue-2',
      'blue-3',
      'green-1',
      'green-2',
    ]);
    expect(targets.map(({ metadata }) => metadata['colour'])).toEqual([
      ...['blue', 'blue', 'blue', 'green', 'green'],
    ]);
  });
});

describe('the circumstances of a simulation', () => {
  test('are a Monday morning, a second a call, and somebody at the gates', () => {
    expect(SimulationOptionsSchema.parse({})).toEqual({
      faults: [],
      metrics: {},
      at: Date.parse('2026-01-12T09:00:00Z'),
      seed: 1,
      gates: 'promote',
      callTime: { min: 1_000, max: 1_000 },
    });
  });

  test.each<[number | string, string]>([
    ['2026-12-24T10:00', '2026-12-24T10:00:00Z'],
    ['2026-12-24T10:00:30', '2026-12-24T10:00:30Z'],
    ['2026-12-24T10:00+01:00', '2026-12-24T09:00:00Z'],
    [Date.UTC(2026, 0, 1), '2026-01-01T00:00:00Z'],
  ])('begin at %s', (at, iso) => {
    expect(SimulationOptionsSchema.parse({ at }).at).toBe(Date.parse(iso));
  });

  test('have calls that take a time, or one within a range', () => {
    const timeOf = (callTime: string | number) =>
      SimulationOptionsSchema.parse({ callTime }).callTime;
    expect(timeOf('5s')).toEqual({ min: 5_000, max: 5_000 });
    expect(timeOf(250)).toEqual({ min: 250, max: 250 });
    expect(timeOf('2s..1m')).toEqual({ min: 2_000, max: 60_000 });
  });

  test.each<[object, string]>([
    [{ at: 'tomorrow' }, 'expected a time such as'],
    [{ callTime: '1m..2s' }, 'expected a range such as'],
    [{ gates: 'closed' }, 'promote'],
    [{ faults: ['?'] }, 'expected a target such as'],
  ])('are refused as %j', (options, message) => {
    expect(pathsOf(SimulationOptionsSchema, options)[0]).toMatch(Object.keys(options)[0] ?? '');
    expect(messagesOf(SimulationOptionsSchema, options)).toContain(message);
  });
});
