import { randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FULL } from '../support/long-tests.js';
import { testRedis } from '../support/redis.js';
import { reportLine } from './report-line.js';
import { runCase } from './run-case.js';

const TEST_WITHIN_MS = 1_800_000;

/** Two HAProxies and an nginx, with targets of unequal size. */
const FEW = [25, 38];
/** And a person who holds targets out before a switch, and before nginx. */
const MORE = [...FEW, 1004, 1014];

/**
 * SIGNALBOX_FUZZ_SEED repeats one, SIGNALBOX_FRESH_SEEDS says how many new ones are tried:
 * consecutive ones have every balancer, sizes and strategy.
 */
function seeds(): readonly number[] {
  const given = process.env['SIGNALBOX_FUZZ_SEED'];
  if (given !== undefined) return given.split(',').map(Number);
  const fresh = Number(process.env['SIGNALBOX_FRESH_SEEDS'] ?? 0);
  if (fresh === 0) return FULL ? MORE : FEW;
  const first = randomInt(2 ** 30);
  return Array.from({ length: fresh }, (_, at) => first + at);
}

describe('deployments behind real balancers, under 100 requests a second, while workers are killed, balancers restarted and targets held out', () => {
  test.concurrent.each(seeds())(
    'SIGNALBOX_FUZZ_SEED=%i: none fails by us, the floors hold, and at the end every balancer has what is declared',
    { timeout: TEST_WITHIN_MS },
    async (seed) => {
      const report = await runCase(seed, testRedis());
      console.log(reportLine(report));

      expect(report.faults, `SIGNALBOX_FUZZ_SEED=${seed}`).toEqual([]);
      expect(report.requests).toBeGreaterThan(0);
    },
  );
});
