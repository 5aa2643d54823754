import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportText } from './report-text.js';
import { runParts } from './run-parts.js';

const minutes = Number(process.env['SIGNALBOX_CHAOS_MINUTES'] ?? 5);
const seed = Number(process.env['SIGNALBOX_CHAOS_SEED'] ?? randomInt(1, 2 ** 31 - 1));

describe(`${minutes} minutes of chaos with seed ${seed}`, () => {
  test(
    'break no promise: workers are killed, frozen and cut off, Redis is killed, stalled and replaced, jobs come twice, late and poisoned',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), `signalbox-chaos-${seed}-`));

      const reports = await runParts({
        ...{ minutes, seed, folder, fsync: 'always', log: console.log },
        kinds: ['single', 'sentinel'],
      });

      console.log(reportText(reports));
      const violations = reports.flatMap((report) => report.violations);
      expect(violations, `seed ${seed}, kept in ${folder}`).toEqual([]);
      for (const { settled, deployments, minutes: long, counts, recoveries } of reports) {
        expect(settled.flatMap(({ open }) => open)).toEqual([]);
        expect(deployments).toBeGreaterThan(100 * long);
        expect(counts.pool.kills.length).toBeGreaterThan(long);
        expect(recoveries.length).toBeGreaterThan(0);
      }
      const total = (of: (report: (typeof reports)[number]) => number): number =>
        reports.reduce((sum, report) => sum + of(report), 0);
      expect(total(({ refused }) => refused)).toBeGreaterThan(0);
      expect(total(({ promotions }) => promotions)).toBeGreaterThanOrEqual(minutes >= 5 ? 2 : 1);
      await rm(folder, { recursive: true, force: true });
    },
    (minutes + 20) * 60_000,
  );
});
