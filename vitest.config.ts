import { type TestSpecification, BaseSequencer } from 'vitest/node';
import { defineConfig } from 'vitest/config';
import { FULL, LONG_TESTS } from './test/support/long-tests.js';

/** For `npm run test:long` alone. */
const LONG = '.long.test.ts';
/** All tests in these folders; for `npm run test:long` only those that take long, or have a full number. */
const testsIn = (...folders: readonly string[]): string[] =>
  FULL
    ? [
        ...LONG_TESTS.filter((file) =>
          folders.some((folder) => file.startsWith(`test/${folder}/`)),
        ),
        ...folders.map((folder) => `test/${folder}/**/*${LONG}`),
      ]
    : folders.map((folder) => `test/${folder}/**/!(*.long).test.ts`);

/** What takes longest begins first, so that no processor is idle at the end. */
const LONGEST = [
  ...['e2e/guides', 'latency-judge.long', 'strategies/metrics-trouble', 'sentinel.long'],
  ...['strategies/metrics-trouble.long', 'crash-points', 'forced-end', 'audit-mutations'],
  ...['kill-worker', 'sentinel', 'integration/cluster', 'e2e/strategies/floor'],
  ...['strategies/traffic-canary', 'strategies/blue-green', 'full-disk', 'worker-clocks'],
];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`${name}.test.ts`));
      return at === -1 ? LONGEST.length : at;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

/** One more than there are processors on the smallest machine: while some tests work, others wait. */
const together = { sequence: { groupOrder: 0 }, maxWorkers: 3, maxConcurrency: 3 };
/** Beside others it would measure them, or be measured by them. */
const alone = (groupOrder: number) => ({ sequence: { groupOrder }, maxWorkers: 1 });

const setupFiles = ['test/support/patience.ts'];
const redis = 'test/support/redis.global.ts';
const programs = 'test/support/programs.global.ts';
const testTimeout = 180_000;
const hookTimeout = 120_000;
/** As test/support/patience.ts for `vi.waitFor`. */
const patient = { poll: { timeout: 60_000 } };
/** One process for many files: half of the time went into loading the same modules again. */
const isolate = false;
/** They look at modules before anybody else has loaded them: each has a process of its own. */
const APART = [
  'test/adapters/security/token-book.test.ts',
  'test/contracts/hostile/regexes.test.ts',
];

/** Unit tests need no server; the others get a real Redis from test/support/redis.global.ts. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          ...together,
          include: testsIn('domain', 'contracts', 'producers', 'workers', 'cli', 'api', 'lives'),
          exclude: APART,
          ...{ setupFiles, testTimeout, hookTimeout, expect: patient, isolate },
        },
      },
      {
        test: {
          name: 'integration',
          ...together,
          include: testsIn('adapters', 'events', 'integration', 'e2e', 'app'),
          exclude: ['test/e2e/strategies/**', ...APART],
          globalSetup: [redis, programs],
          ...{ setupFiles, testTimeout, hookTimeout, expect: patient, isolate },
        },
      },
      {
        test: {
          name: 'apart',
          ...together,
          include: FULL ? [] : APART,
          ...{ setupFiles, testTimeout, hookTimeout, expect: patient },
        },
      },
      {
        test: {
          name: 'strategies',
          ...together,
          include: testsIn('e2e/strategies'),
          globalSetup: [redis],
          ...{ setupFiles, testTimeout, hookTimeout, expect: patient },
        },
      },
      {
        test: {
          name: 'balancers',
          ...(FULL ? alone(3) : together),
          include: testsIn('balancers'),
          globalSetup: [redis],
          // As many cases at once as there are processors on the smallest machine, and one that waits.
          ...{ setupFiles, testTimeout, hookTimeout, expect: patient, maxConcurrency: 3 },
        },
      },
      {
        test: {
          name: 'load',
          ...alone(1),
          include: testsIn('load'),
          globalSetup: [redis, programs],
          ...{ setupFiles, testTimeout, hookTimeout, expect: patient },
        },
      },
      {
        test: {
          name: 'chaos',
          ...(FULL ? alone(2) : together),
          include: testsIn('chaos'),
          ...{ setupFiles, testTimeout, hookTimeout, expect: patient },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/domain/**', 'src/contracts/**'],
      // What a figure alone asked for has given way to properties of the pure functions.
      thresholds: { lines: 99.9, functions: 99.9, branches: 99.9, statements: 99.9 },
    },
  },
});
