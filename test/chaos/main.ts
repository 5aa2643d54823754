import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { singleRedis } from './redis-backend.js';
import { MOST_RECOVERY_MS, reportText, recoveryTimes } from './report.js';
import { quantile } from './recovery-times.js';
import { runChaos } from './run-chaos.js';

/** `npm run chaos [-- --minutes 30 --seed N]`: exit code 1 where a promise was broken. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(randomInt(1, 2 ** 31 - 1)) },
    workers: { type: 'string', default: '4' },
    services: { type: 'string', default: '40' },
    fsync: { type: 'string', default: 'always' },
    keep: { type: 'boolean', default: false },
  },
});

function numberOf(name: 'minutes' | 'seed' | 'workers' | 'services', least: number): number {
  const number = Number(values[name]);
  if (Number.isFinite(number) && number >= least) return number;
  throw new TypeError(`--${name} must be a number of at least ${least}, got "${values[name]}"`);
}

function fsyncOf(): 'always' | 'everysec' {
  const { fsync } = values;
  if (fsync === 'always' || fsync === 'everysec') return fsync;
  throw new TypeError(`--fsync must be always or everysec, got "${fsync}"`);
}

const options = {
  minutes: numberOf('minutes', 0.1),
  seed: numberOf('seed', 0),
  workers: numberOf('workers', 1),
  services: numberOf('services', 1),
};
// Whoever is to be told of the end is told in handlers of `exit`.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const folder = await mkdtemp(join(tmpdir(), `signalbox-chaos-${options.seed}-`));
const backend = await singleRedis(join(folder, 'redis'), fsyncOf());
let clean = false;
try {
  const report = await runChaos({ ...options, folder, backend, log: console.log });
  console.log(`\n${reportText(report)}`);
  for (const { check, subject, said } of report.violations.slice(0, 50)) {
    console.log(`\nVIOLATION: ${check}\n  ${subject}: ${said}`);
  }
  const late = (quantile(recoveryTimes(report, 'one at a time'), 0.99) ?? 0) > MOST_RECOVERY_MS;
  if (late) console.log(`\nTOO LATE: p99 of resuming is over ${MOST_RECOVERY_MS} ms`);
  if (report.violations.length === 0 && !late && !values.keep) {
    clean = true;
  } else {
    console.log(`\nKept: ${report.folder}`);
    console.log(`Again: npm run chaos -- --minutes ${options.minutes} --seed ${options.seed}`);
  }
  if (report.violations.length > 0 || late) process.exitCode = 1;
} finally {
  await backend.dispose();
  if (clean) await rm(folder, { recursive: true, force: true });
}
