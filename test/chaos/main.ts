import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isLate, MOST_RECOVERY_MS } from './report.js';
import { reportText } from './report-text.js';
import { runParts } from './run-parts.js';
import type { RedisKind } from './schedule.js';
import { runBeside } from './worker-code.js';

/** `npm run chaos [-- --minutes 30 --seed N --redis both]`: exit code 1 where a promise was broken. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(randomInt(1, 2 ** 31 - 1)) },
    workers: { type: 'string', default: '4' },
    services: { type: 'string', default: '40' },
    redis: { type: 'string', default: 'both' },
    fsync: { type: 'string', default: 'always' },
    /** Both kinds of Redis at once, not one after the other. */
    'at-once': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    /** A commit whose code every second worker runs. */
    beside: { type: 'string' },
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

function kindsOf(): readonly RedisKind[] {
  const { redis } = values;
  if (redis === 'both') return ['single', 'sentinel'];
  if (redis === 'single' || redis === 'sentinel') return [redis];
  throw new TypeError(`--redis must be single, sentinel or both, got "${redis}"`);
}

const options = {
  minutes: numberOf('minutes', 0.1),
  seed: numberOf('seed', 0),
  workers: numberOf('workers', 1),
  services: numberOf('services', 1),
  kinds: kindsOf(),
  fsync: fsyncOf(),
  atOnce: values['at-once'],
};
// Whoever is to be told of the end is told in handlers of `exit`.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const folder = await mkdtemp(join(tmpdir(), `signalbox-chaos-${options.seed}-`));
let clean = false;
try {
  if (values.beside !== undefined) {
    const commit = await runBeside(values.beside, folder);
    console.log(`every second worker runs ${commit}`);
  }
  const reports = await runParts({ ...options, folder, log: console.log });
  console.log(`\n${reportText(reports)}`);
  const violations = reports.flatMap((report) => report.violations);
  for (const { check, subject, said } of violations.slice(0, 50)) {
    console.log(`\nVIOLATION: ${check}\n  ${subject}: ${said}`);
  }
  const late = isLate(reports);
  if (late) console.log(`\nTOO LATE: p99 of resuming is over ${MOST_RECOVERY_MS} ms`);
  if (violations.length === 0 && !late && !values.keep) {
    clean = true;
  } else {
    const { minutes, seed, atOnce } = options;
    const beside = values.beside === undefined ? '' : ` --beside ${values.beside}`;
    console.log(`\nKept: ${folder}`);
    console.log(
      `Again: npm run chaos -- --minutes ${minutes} --seed ${seed} --redis ${values.redis}${atOnce ? ' --at-once' : ''}${beside}`,
    );
  }
  if (violations.length > 0 || late) process.exitCode = 1;
} finally {
  if (clean) await rm(folder, { recursive: true, force: true });
}
