import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { RedisClock } from '../../../src/adapters/redis/connection/redis-clock.js';
import { SILENT } from '../../../src/domain/ports/log.js';
import { testRedis } from '../../support/redis.js';

const HOUR_MS = 3_600_000;

async function followed() {
  const warnings: object[] = [];
  const connection = patientConnection(testRedis().url);
  onTestFinished(() => connection.close());
  const log = { ...SILENT, warn: (fields: object) => void warnings.push(fields) };
  const clock = new RedisClock(connection.client, log);
  const follow = async () => onTestFinished(await clock.follow());
  return { clock, follow, warnings };
}

/** Turns the clock of this process for the rest of the test. */
function turn(ms: number): void {
  const real = Date.now;
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => real() + ms);
  onTestFinished(() => spy.mockRestore());
}

describe("the workers' clock", () => {
  test("is the host's own, to the millisecond, where that is right", async () => {
    const { clock, follow, warnings } = await followed();
    await follow();
    const spy = vi.spyOn(Date, 'now');
    onTestFinished(() => spy.mockRestore());

    const now = clock.now();

    expect(now).toBe(spy.mock.results[0]?.value);
    expect(warnings).toEqual([]);
  });

  test.each([HOUR_MS, -HOUR_MS])(
    'is that of Redis on a host that is off by %d ms, and says so',
    async (shift) => {
      const { clock, follow, warnings } = await followed();
      const right = Date.now();
      turn(shift);

      await follow();

      expect(Math.abs(clock.now() - right)).toBeLessThan(HOUR_MS / 2);
      expect(warnings).toEqual([{ aheadMs: expect.any(Number) }]);
    },
  );

  test.each([HOUR_MS, -HOUR_MS])(
    'does not jump when the clock of the host is turned by %d ms',
    async (shift) => {
      const { clock, follow } = await followed();
      await follow();
      const before = clock.now();

      turn(shift);

      expect(Math.abs(clock.now() - before)).toBeLessThan(HOUR_MS / 2);
    },
  );
});
