import { defineConfig } from 'vitest/config';

/** Unit tests need no server; the others get a real Redis from test/support/redis.global.ts. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['test/{domain,contracts,producers,workers,cli,api}/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['test/{adapters,events,integration,e2e,app}/**/*.test.ts'],
          globalSetup: ['test/support/redis.global.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'load',
          // Alone on the machine: beside others it would measure them.
          sequence: { groupOrder: 2 },
          include: ['test/load/**/*.test.ts'],
          globalSetup: ['test/support/redis.global.ts'],
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
