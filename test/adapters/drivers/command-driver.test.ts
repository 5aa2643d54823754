import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCommandDriver } from '../../../src/adapters/drivers/command/command.driver.js';
import { identify, isAlive } from '../../../src/adapters/drivers/process/process-identity.js';
import { CommandDriverSchema } from '../../../src/contracts/config/driver.schema.js';
import type { TargetDriver } from '../../../src/domain/ports/target-driver.js';
import { targetDriverSuite } from '../../suites/target-driver.suite.js';
import { driverCall, never } from './driver-calls.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Worker {
  readonly in?: string;
  readonly id?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const commandDriver = (settings: Record<string, unknown>, worker: Worker = {}): TargetDriver =>
  createCommandDriver(
    CommandDriverSchema.parse({ kind: 'command', killGrace: '200ms', ...settings }),
    {
      stateDir: join(worker.in ?? folder, 'state'),
      workerId: worker.id ?? 'worker-1',
      clock: { now: () => 1_000_000, sleep: () => Promise.resolve() },
      environment: { PATH: process.env['PATH'], ...worker.environment },
    },
  );
const shell = (script: string): readonly string[] => ['/bin/sh', '-c', script];

const suited = (observes: boolean) => () => {
  const place = mkdtempSync(join(tmpdir(), 'signalbox-suite-'));
  writeFileSync(
    join(place, 'deploy.sh'),
    `case "$1" in
      9.9.9) echo "no such release" >&2; exit 3;;
      3.0.0) trap '' TERM; sleep 600 & echo $! > grandchild; echo $$ > child; wait; sleep 600;;
      *) rm -f mark; printf %s "$1" > current
        printf '{"version":"%s","deploymentId":"%s","fence":%s}\\n' \\
          "$1" "$SIGNALBOX_DEPLOYMENT_ID" "$SIGNALBOX_FENCE" > mark;;
    esac`,
  );
  const settings = {
    argv: ['/bin/sh', 'deploy.sh', '{version}'],
    cwd: place,
    ...(observes && { observe: { argv: ['cat', 'mark'] } }),
  };
  const make = (id: string): TargetDriver => commandDriver(settings, { in: place, id });
  const textOf = (name: string): string | null =>
    existsSync(join(place, name)) ? readFileSync(join(place, name), 'utf8') : null;
  const lives = (name: string): boolean => {
    const identity = identify(Number(textOf(name)));
    return identity !== null && isAlive(identity);
  };
  return Promise.resolve({
    driver: make('worker-1'),
    successor: make('worker-2'),
    first: driverCall({ version: '1.0.0', fence: 1 }),
    second: driverCall({ version: '2.0.0', fence: 2 }),
    hanging: driverCall({ version: '3.0.0', fence: 3 }),
    failing: driverCall({ version: '9.9.9', fence: 2 }),
    observes,
    runs: () => Promise.resolve(textOf('current')),
    isAtWork: () => Promise.resolve(textOf('child')?.endsWith('\n') === true),
    isAnythingLeft: () => Promise.resolve(lives('child') || lives('grandchild')),
    close: () => Promise.resolve(rmSync(place, { recursive: true, force: true })),
  });
};

targetDriverSuite('the command driver', suited(false));
targetDriverSuite('the command driver with a command that looks', suited(true));

describe('a command', () => {
  it('shows its exit code, its output and how long it took', async () => {
    const driver = commandDriver({ argv: ['echo', 'put {version} on {target.address}'] });
    expect(await driver.apply(driverCall(), never())).toEqual({
      ok: true,
      value: {
        exitCode: 0,
        output: 'put 1.0.0 on 127.0.0.1:8081\n',
        durationMs: expect.any(Number),
      },
    });
  });

  it('is another one for a rollback, where one is configured', async () => {
    const driver = commandDriver({
      argv: ['false'],
      rollbackArgv: shell('echo "$SIGNALBOX_ACTION to $SIGNALBOX_VERSION"'),
    });
    const answer = await driver.apply(driverCall({ action: 'rollback' }), never());
    expect(answer).toMatchObject({ ok: true, value: { output: 'rollback to 1.0.0\n' } });
  });

  it.each([75, 12])('may be tried again after exit code %i, if configured so', async (code) => {
    const driver = commandDriver({ argv: shell(`exit ${code}`), transientExitCodes: [75, 12] });
    const answer = await driver.apply(driverCall(), never());
    expect(answer).toMatchObject({ error: { transient: true, evidence: { exitCode: code } } });
  });

  it('is final after any other exit code, and shows what it said', async () => {
    const driver = commandDriver({ argv: shell('echo one; echo two >&2; exit 3') });
    expect(await driver.apply(driverCall(), never())).toMatchObject({
      ok: false,
      error: {
        code: 'driver/rejected',
        transient: false,
        evidence: { exitCode: 3, output: expect.stringContaining('two') },
      },
    });
  });

  it('that takes too long is ended, and may be tried again', async () => {
    const driver = commandDriver({ argv: ['sleep', '600'], timeout: '200ms' });
    const answer = await driver.apply(driverCall(), never());
    expect(answer).toMatchObject({ error: { code: 'driver/timeout', transient: true } });
  });

  it.each([
    ['is not there', { argv: ['no-such-command-here'] }],
    ['is not executable', { argv: ['/proc/version'] }],
    ['has no folder to run in', { argv: ['true'], cwd: '/no/such/folder' }],
    ['has no value for a placeholder', { argv: ['echo', '{target.metadata.zone}'] }],
    ['lacks a variable of the worker', { argv: ['true'], env: { TOKEN: 'env:NOT_SET' } }],
  ])('that %s is misconfigured, and not tried again', async (_what, settings) => {
    const answer = await commandDriver(settings).apply(driverCall(), never());
    expect(answer).toMatchObject({ error: { code: 'driver/misconfigured', transient: false } });
  });

  it('keeps no more of a flood than was asked for', async () => {
    const driver = commandDriver({
      argv: shell('yes | head -c 5000000; echo end'),
      keepOutput: 64,
    });
    const answer = await driver.apply(driverCall(), never());
    const output = answer.ok ? String(answer.value['output']) : '';
    expect(output).toMatch(/y\nend\n$/);
    expect(output.length).toBeLessThanOrEqual(64);
  });
});

describe('what a command can be made to do', () => {
  const HOSTILE = '$(touch pwned); `touch pwned`; x" \' && touch pwned | * ${IFS}';

  it('is nothing through a name or metadata: they stay one literal argument', async () => {
    const driver = commandDriver({
      argv: ['printf', '[%s]', '{target.name}', 'v={target.metadata.note}'],
      cwd: folder,
    });
    const target = { name: HOSTILE, metadata: { note: HOSTILE } };
    const answer = await driver.apply(driverCall({ target }), never());
    expect(answer).toMatchObject({ value: { output: `[${HOSTILE}][v=${HOSTILE}]` } });
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('is nothing through the variables that a shell command reads', async () => {
    const driver = commandDriver({
      argv: ['printf', '[%s]', '"$SIGNALBOX_TARGET_ADDRESS"'],
      shell: true,
      cwd: folder,
    });
    const answer = await driver.apply(driverCall({ target: { address: HOSTILE } }), never());
    expect(answer).toMatchObject({ value: { output: `[${HOSTILE}]` } });
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('is refused at once where a placeholder would be read by a shell', () => {
    expect(() => commandDriver({ argv: ['deploy', '{version}'], shell: true })).toThrow(TypeError);
    expect(() =>
      commandDriver({ argv: ['true'], rollbackArgv: ['x', '{version}'], shell: true }),
    ).toThrow(TypeError);
  });

  it('is not to read the secrets of the worker that were not configured for it', async () => {
    const environment = { REDIS_URL: 'redis://:s3cret@db', TOKEN: 'tok3n-value' };
    const argv = shell('echo "redis=[$REDIS_URL] token=$API_TOKEN id=$SIGNALBOX_TARGET_ID"');
    const driver = commandDriver({ argv, env: { API_TOKEN: 'env:TOKEN' } }, { environment });
    const answer = await driver.apply(driverCall(), never());
    expect(answer).toMatchObject({ value: { output: 'redis=[] token=*** id=web-1\n' } });
  });
});
