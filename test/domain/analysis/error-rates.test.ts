import { describe, expect, test } from 'vitest';
import {
  beginAnalysis,
  withMeasurement,
  type AnalysisProgress,
} from '../../../src/domain/model/deployment/analysis-progress.js';
import type { AnalysisSpec, Direction } from '../../../src/domain/model/plan/analysis-spec.js';
import { judgeAnalysis } from '../../../src/domain/analysis/judge-analysis.js';
import type { Reading } from '../../../src/domain/model/deployment/measurement.js';
import { binomialTail, clopperPearson } from '../../../src/domain/analysis/statistics/binomial.js';
import { mannWhitney } from '../../../src/domain/analysis/statistics/mann-whitney.js';
import { evidenceAgainstLimit } from '../../../src/domain/analysis/statistics/sequential-proportions.js';
import { howMany } from '../../support/how-many.js';
import { analysis, counts, latency, margin, rate, values } from './analysis-fixtures.js';

/** At 95 % confidence a version just at its limit may be called unhealthy so often. */
const NOMINAL = 0.025;
const LOOKS = 6;

/** Park & Miller's minimal standard generator, Comm. ACM 36 (1993): the same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const events = (random: () => number, trials: number, p: number): Reading =>
  counts(Array.from({ length: trials }, random).filter((drawn) => drawn < p).length, trials);

/** Log-normal around 100 ms, the shape that response times have. */
const times = (random: () => number, count: number, factor: number): readonly number[] =>
  Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return factor * 100 * Math.exp(0.3 * normal);
  });

type Sides = readonly [Reading, Reading | null];

/** How many of the runs end unhealthy, each looked at when its analysis may decide. */
function unhealthy(
  spec: AnalysisSpec,
  runs: number,
  draw: (random: () => number) => Sides,
  rounds: number = spec.count,
): number {
  const random = seeded(20_261_124);
  const ends = Array.from({ length: runs }, () => {
    let progress: AnalysisProgress = beginAnalysis(
      spec,
      0,
      rounds > spec.count ? 'background' : 'inline',
    );
    for (let round = 1; round <= rounds; round++) {
      const [canary, baseline] = draw(random);
      const metrics = [{ name: spec.metrics[0].name, canary, baseline }];
      progress = withMeasurement(progress, { at: round, round, metrics });
      const final = round === rounds;
      if (!spec.sequential && !final) continue;
      const { verdict } = judgeAnalysis(spec, progress, { at: round, final });
      if (verdict !== 'running') return verdict;
    }
    return 'running';
  });
  return ends.filter((verdict) => verdict === 'unhealthy').length;
}

/** That so many false alarms are no more than is nominal, but for a chance of 1 in 1,000. */
function expectNominal(alarms: number, runs: number): void {
  const [least] = clopperPearson({ events: alarms, trials: runs }, 0.001);
  expect(least, `${alarms} of ${runs}`).toBeLessThanOrEqual(NOMINAL);
}

const over = { count: LOOKS, interval: 1 };

describe.each([
  ['looked at after every round', true],
  ['looked at once', false],
] as const)('an analysis %s', { timeout: 120_000 }, (_, sequential) => {
  const RUNS = howMany({ few: 50, full: 250 });

  test.each<[string, Direction, number, number]>([
    ['no different, nothing allowed', 'lower', 0.03, 0],
    ['just as much worse as is allowed', 'lower', 0.02, 0.01],
    ['good events, just as many fewer as are allowed', 'higher', 0.97, 0.02],
  ])('seldom fails a rate that is %s', (_title, direction, old, by) => {
    const metric = rate({ direction, against: margin('absolute', by) });
    const spec = analysis([metric], { ...over, sequential });
    const now = direction === 'lower' ? old + by : old - by;
    const alarms = unhealthy(spec, RUNS, (random) => [
      events(random, 100, now),
      events(random, 100, old),
    ]);
    expectNominal(alarms, RUNS);
  });

  test('seldom fails a rate that is just at an absolute limit', () => {
    const metric = rate({ against: { kind: 'limit', limit: 0.05 } });
    const spec = analysis([metric], { ...over, sequential });
    expectNominal(
      unhealthy(spec, RUNS, (random) => [events(random, 100, 0.05), null]),
      RUNS,
    );
  });

  test('seldom fails a rate that is just at its limit, however long it is measured in the background', () => {
    const metric = rate({ against: { kind: 'limit', limit: 0.05 } });
    const spec = analysis([metric], { ...over, sequential });
    const alarms = unhealthy(
      spec,
      RUNS,
      (random) => [events(random, 100, 0.05), null],
      8 * spec.count,
    );
    expectNominal(alarms, RUNS);
  });

  test('finds an error rate of 5 % where the old version has 0.5 %', () => {
    const spec = analysis([rate()], { ...over, sequential });
    const found = unhealthy(spec, 100, (random) => [
      events(random, 150, 0.05),
      events(random, 150, 0.005),
    ]);
    expect(found).toBeGreaterThanOrEqual(99);
  });

  test.each([
    ['30 % slower, with 10 % allowed, is found', 1.3, (found: number) => found >= 0.98 * RUNS],
    ['5 % slower, with 10 % allowed, is left alone', 1.05, (found: number) => found <= 0.01 * RUNS],
  ])('a latency %s', (_title, factor, holds) => {
    const spec = analysis([latency()], { ...over, sequential });
    const found = unhealthy(spec, RUNS, (random) => [
      values(...times(random, 40, factor)),
      values(...times(random, 40, 1)),
    ]);
    expect(holds(found), `${found} of ${RUNS}`).toBe(true);
  });

  test('seldom fails a latency that is just as much worse as is allowed, or just at a limit', () => {
    const beside = analysis([latency()], { ...over, sequential });
    const draw = (random: () => number): Sides => [
      values(...times(random, 20, 1.1)),
      values(...times(random, 20, 1)),
    ];
    expectNominal(unhealthy(beside, RUNS, draw), RUNS);
    const alone = latency({ against: { kind: 'limit', limit: 100 } });
    const limited = analysis([alone], { ...over, sequential });
    const median = (random: () => number): Sides => [values(...times(random, 20, 1)), null];
    expectNominal(unhealthy(limited, RUNS, median), RUNS);
  });
});

test(
  'a test meant for one look is wrong more often than it says when looked at after every round',
  { timeout: 120_000 },
  () => {
    const random = seeded(7);
    const runs = 300;
    const alarms = Array.from({ length: runs }, () => {
      const [first, second]: [number[], number[]] = [[], []];
      return Array.from({ length: LOOKS }, () => {
        first.push(...times(random, 20, 1));
        second.push(...times(random, 20, 1));
        return mannWhitney(first, second).pHigher <= NOMINAL;
      }).some((alarm) => alarm);
    }).filter((alarm) => alarm).length;

    const [least] = clopperPearson({ events: alarms, trials: runs }, 0.001);
    expect(least).toBeGreaterThan(NOMINAL);
  },
);

describe('a rate just at its limit, looked at after every single trial', () => {
  const runs = 400;
  const limit = 0.1;

  /** In how many runs of 300 trials the test ever says that it is over. */
  function everOver(isOver: (events: number, trials: number) => boolean): number {
    const random = seeded(11);
    const alarms = Array.from({ length: runs }, () => {
      let alarm = false;
      let seen = 0;
      for (let trials = 1; trials <= 300; trials++) {
        if (random() < limit) seen++;
        alarm ||= isOver(seen, trials);
      }
      return alarm;
    });
    return alarms.filter((alarm) => alarm).length;
  }

  test('is seldom ever failed by the sequential test', () => {
    const bar = -Math.log(NOMINAL);
    const alarms = everOver(
      (seen, trials) => evidenceAgainstLimit({ events: seen, trials }, limit).above >= bar,
    );
    expect(alarms).toBeGreaterThan(0);
    expectNominal(alarms, runs);
  });

  test('would often be failed by the exact test, which is meant for one look', () => {
    const alarms = everOver(
      (seen, trials) => binomialTail({ events: seen, trials }, limit) <= NOMINAL,
    );
    expect(alarms).toBeGreaterThan(3 * NOMINAL * runs);
  });
});
