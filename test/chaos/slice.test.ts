import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { singleRedis } from './redis-backend.js';
import { reportText } from './report.js';
import { runChaos } from './run-chaos.js';

const minutes = Number(process.env['SIGNALBOX_CHAOS_MINUTES'] ?? 1);
const seed = Number(process.env['SIGNALBOX_CHAOS_SEED'] ?? randomInt(1, 2 ** 31 - 1));

describe(`${minutes} minutes of chaos with seed ${seed}`, () => {
  test(
    'break no promise: workers are killed, frozen and cut off, Redis is killed and stalled, jobs come twice, late and poisoned',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), `signalbox-chaos-${seed}-`));
      const backend = await singleRedis(join(folder, 'redis'), 'always');
      onTestFinished(() => backend.dispose());

      const report = await runChaos({ minutes, seed, folder, backend, log: console.log });

      console.log(reportText(report));
      expect(report.violations, `seed ${seed}, kept in ${folder}`).toEqual([]);
      expect(report.settled.flatMap(({ open }) => open)).toEqual([]);
      expect(report.deployments).toBeGreaterThan(100 * minutes);
      expect(report.counts.pool.kills.length).toBeGreaterThan(minutes);
      expect(report.recoveries.length).toBeGreaterThan(0);
      expect(report.refused).toBeGreaterThan(0);
      await backend.dispose();
      await rm(folder, { recursive: true, force: true });
    },
    (minutes + 15) * 60_000,
  );
});
