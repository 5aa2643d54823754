import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { createCommandDriver } from '../../../src/adapters/drivers/command/command.driver.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { CommandDriverSchema } from '../../../src/contracts/config/driver.schema.js';
import type { TargetObservation } from '../../../src/domain/ports/target-driver.js';
import { driverCall, never } from './driver-calls.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-observe-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const call = { ...driverCall({ fence: 7 }), worker: null, calledAt: null };
const MARK = '{"version":"1.0.0","deploymentId":"dep_0123456789","fence":7}';
const shell = (script: string): readonly string[] => ['/bin/sh', '-c', script];

function driverThat(argv: readonly string[], settings: Record<string, unknown> = {}) {
  const observe = { argv, timeout: '5s', ...settings };
  const environment = { PATH: process.env['PATH'], TOKEN: 's3cret', REDIS_URL: 'redis://:pw@h' };
  return createCommandDriver(
    CommandDriverSchema.parse({
      ...{ kind: 'command', argv: ['true'], cwd: folder, observe },
      env: { MINE: 'env:TOKEN' },
    }),
    { stateDir: join(folder, 'state'), clock: systemClock, environment },
  );
}

const seen = async (
  argv: readonly string[],
  settings?: Record<string, unknown>,
): Promise<TargetObservation | null | undefined> =>
  driverThat(argv, settings).observe?.(call, never());

describe('a command that looks at a target', () => {
  it('is believed when it prints the version, the deployment and the fence', async () => {
    const expected = { version: '1.0.0', deploymentId: 'dep_0123456789', fence: 7 };
    expect(await seen(['echo', MARK])).toEqual(expected);
    expect(
      await seen(shell(`echo checking >&2; echo '${MARK.replace('}', ',"by":"ann"}')}'`)),
    ).toEqual(expected);
  });

  it.each([
    ['prints nothing', ['true']],
    ['prints no JSON', ['echo', 'version 1.0.0, fence 7']],
    ['leaves out the fence', ['echo', '{"version":"1.0.0","deploymentId":"dep_0123456789"}']],
    ['leaves out the deployment', ['echo', '{"version":"1.0.0","fence":7}']],
    ['writes the fence as text', ['echo', MARK.replace('7', '"7"')]],
    ['prints two marks', ['echo', `${MARK}\n${MARK}`]],
    ['prints half a mark', ['printf', '%s', MARK.slice(0, -3)]],
    ['fails after it has printed', shell(`echo '${MARK}'; exit 1`)],
    ['is killed after it has printed', shell(`echo '${MARK}'; kill -9 $$`)],
    ['can not be found', ['no-such-command-here']],
    ['needs a value that the target lacks', ['echo', '{target.metadata.zone}']],
  ])('that %s tells nothing', async (_what, argv) => {
    expect(await seen(argv)).toBeNull();
  });

  it('that takes too long tells nothing', async () => {
    expect(await seen(shell(`echo '${MARK}'; sleep 600`), { timeout: '200ms' })).toBeNull();
  });

  it('that prints a flood tells nothing', async () => {
    expect(await seen(shell(`yes | head -c 1000000; echo '${MARK}'`))).toBeNull();
  });

  it('is not told what it should find, so that it can not just repeat it', async () => {
    const script = `printf '{"version":"%s","deploymentId":"%s","fence":%s}' \
      "\${{SIGNALBOX_VERSION-none}}" "\${{SIGNALBOX_DEPLOYMENT_ID-dep_0000000000}}" "\${{SIGNALBOX_FENCE-1}}"`;
    expect(await seen(shell(script))).toEqual({
      ...{ version: 'none', deploymentId: 'dep_0000000000', fence: 1 },
    });
    for (const name of ['version', 'fence', 'deploymentId', 'previousVersion', 'action']) {
      expect(() => driverThat(['look', `{${name}}`])).toThrow(`{${name}} is no placeholder`);
    }
  });

  it('sees the target, that it is to look, and the configured values, and no other secret', async () => {
    const told = `"$SIGNALBOX_ACTION-$SIGNALBOX_TARGET_ID-$SIGNALBOX_SERVICE-$MINE-\${{REDIS_URL-none}}"`;
    const script = `printf '{"version":"%s","deploymentId":"dep_0123456789","fence":1}' ${told}`;
    expect(await seen(shell(script))).toMatchObject({
      version: 'observe-web-1-api-s3cret-none',
    });
  });

  it.each([
    ['no command', { timeout: '1s' }, 'observe.argv'],
    ['an empty one', { argv: [''] }, 'observe.argv.0'],
    ['all the time in the world', { argv: ['look'], timeout: '31s' }, 'observe.timeout'],
    ['a shell', { argv: ['look'], shell: true }, 'observe'],
  ])('with %s is refused, naming the field', (_what, observe, path) => {
    const parsed = CommandDriverSchema.safeParse({ kind: 'command', argv: ['true'], observe });
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
