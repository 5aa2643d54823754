import { defineConfig } from 'vitest/config';

/** Unit tests need no server; the others get a real Redis from test/support/redis.global.ts. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
          include: ['test/{domain,contracts,producers,workers,cli,api,lives}/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['test/{adapters,events,integration,e2e,app}/**/*.test.ts'],
          exclude: ['test/e2e/strategies/**'],
          globalSetup: ['test/support/redis.global.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'strategies',
          // One after the other: hundreds of requests a second, and none may fail.
          sequence: { groupOrder: 2 },
          include: ['test/e2e/strategies/**/*.test.ts'],
          globalSetup: ['test/support/redis.global.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: 'load',
          // Alone on the machine: beside others it would measure them.
          sequence: { groupOrder: 3 },
          include: ['test/load/**/*.test.ts'],
          globalSetup: ['test/support/redis.global.ts'],
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: 'chaos',
          // Alone too, with a Redis of its own to kill: SIGNALBOX_CHAOS_MINUTES says whether, and for how long.
          sequence: { groupOrder: 4 },
          include: ['test/chaos/**/*.test.ts'],
          // Minutes of their own, on top of all others: run where they are asked for.
          exclude: process.env['SIGNALBOX_CHAOS_MINUTES'] ? [] : ['test/chaos/slice.test.ts'],
          maxWorkers: 1,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/domain/**', 'src/contracts/**'],
      thresholds: { lines: 100, functions: 100, branches: 100, statements: 100 },
    },
  },
});
