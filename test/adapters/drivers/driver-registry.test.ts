import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDriver } from '../../../src/adapters/drivers/driver-registry.js';
import { DriverSchema } from '../../../src/contracts/config/driver.schema.js';
import type { TargetDriver } from '../../../src/domain/ports/target-driver.js';
import { driverCall, never } from './driver-calls.js';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'signalbox-registry-'));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

const driver = (config: unknown): TargetDriver =>
  createDriver(DriverSchema.parse(config), { stateDir });

describe('the driver that a configuration asks for', () => {
  it('is a command, which removes nothing and holds no fence', () => {
    const made = driver({ kind: 'command', argv: ['true'], timeout: '1m', killGrace: '5s' });
    expect(made).toMatchObject({ kind: 'command', fences: false, removes: false });
    expect(made.timeoutMs).toBeGreaterThanOrEqual(65_000);
  });

  it('is a process of this machine, which can be removed and holds its fence', () => {
    const made = driver({
      kind: 'local_process',
      argv: ['./serve'],
      release: 'releases/{version}',
    });
    expect(made).toMatchObject({ kind: 'local_process', fences: true, removes: true });
  });

  it.each([
    { kind: 'command', argv: ['deploy', '{verson}'] },
    { kind: 'command', argv: ['deploy'], rollbackArgv: ['deploy', '{to}'] },
    { kind: 'local_process', argv: ['serve', '{target.prot}'], release: 'releases' },
    { kind: 'local_process', argv: ['serve'], archive: '{releases}/{version}.tgz' },
  ])('is refused at once for a placeholder that there is not: %j', (config) => {
    expect(() => driver(config)).toThrow(
      /is no placeholder(?: \(did you mean `[a-z.]+`\?\))?; there are \{service\}/,
    );
  });

  it('works with no more than a state folder', async () => {
    const answer = await driver({ kind: 'command', argv: ['echo', '{fence}'] }).apply(
      driverCall({ fence: 7 }),
      never(),
    );
    expect(answer).toMatchObject({ ok: true, value: { output: '7\n' } });
  });

  it('knows a call that it made itself, and need not wait for its time to pass', async () => {
    const made = driver({ kind: 'command', argv: ['true'] });
    const call = driverCall({ fence: 7 });
    await made.apply(call, never());
    const earlier = { ...call, worker: 'somebody', calledAt: Date.now() };
    expect(await made.settle(earlier, never())).toBe(0);
    expect(await made.settle({ ...earlier, fence: 6 }, never())).toBeGreaterThan(0);
  });

  it('leaves the variables of a shell command to the shell', async () => {
    const argv = ['echo', '"${SIGNALBOX_VERSION}"', '"${service:-none}"', '{a,b}'];
    const answer = await driver({ kind: 'command', argv, shell: true }).apply(
      driverCall(),
      never(),
    );
    expect(answer).toMatchObject({ value: { output: expect.stringMatching(/^1\.0\.0 none /) } });
  });
});
