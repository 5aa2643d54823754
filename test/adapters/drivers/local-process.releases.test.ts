import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stopAllProcesses } from '../../../src/adapters/drivers/local-process/stop-all-processes.js';
import { never } from './driver-calls.js';
import { openSite, type ServiceSite } from './service-site.js';

let site: ServiceSite;
beforeEach(async () => {
  site = await openSite();
  site.release('1.0.0');
});
afterEach(() => site.close());

describe('the folder of a version', () => {
  it.each([
    '../../etc',
    '1.0.0/../../..',
    '..',
    './../1.0.0',
    '.',
    '/',
    './.',
    'ü/../..',
    '..\\..',
  ])('is not looked for outside of the releases: %s', async (version) => {
    const answer = await site.driver().apply(site.call({ version }), never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'driver/misconfigured' } });
    expect(site.starts()).toEqual([]);
  });

  it('may be called by any version that can be printed', async () => {
    const version = '版本-é"$(reboot)';
    site.release(version);
    expect(await site.driver().apply(site.call({ version }), never())).toMatchObject({ ok: true });
    expect(await site.runs()).toBe(version);
  });

  it('is not taken from a version that is an absolute path', async () => {
    const version = join(site.folder, 'releases/1.0.0');
    const answer = await site
      .driver({ release: '{version}' })
      .apply(site.call({ version }), never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'driver/misconfigured' } });
    expect(site.starts()).toEqual([]);
  });

  it('is named when it is missing, and the old version goes on', async () => {
    await site.driver().apply(site.call({ fence: 1 }), never());
    const answer = await site.driver().apply(site.call({ version: '9.9.9', fence: 2 }), never());
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'driver/rejected', transient: false },
    });
    const where = join(site.folder, 'releases/9.9.9');
    expect(answer.ok ? '' : answer.error.message).toContain(where);
    expect(await site.runs()).toBe('1.0.0');
  });
});

describe('an archive', () => {
  it('is unpacked once, whole, and used again', async () => {
    const archive = join(site.folder, '1.0.0.tar.gz');
    await create({ gzip: true, file: archive, cwd: join(site.folder, 'releases/1.0.0') }, ['.']);
    const driver = site.driver({
      release: undefined,
      archive: join(site.folder, '{version}.tar.gz'),
    });
    expect(await driver.apply(site.call({ fence: 1 }), never())).toMatchObject({ ok: true });
    expect(await site.runs()).toBe('1.0.0');
    const unpacked = join(site.folder, 'state/releases');
    const [folder = ''] = readdirSync(unpacked);
    writeFileSync(join(unpacked, folder, 'mark'), '');
    const next = site.call({ deploymentId: 'dep_another000', fence: 2 });
    expect(await driver.apply(next, never())).toMatchObject({ ok: true });
    expect(readdirSync(unpacked)).toEqual([folder]);
    expect(readdirSync(join(unpacked, folder))).toContain('mark');
  });

  it('that is broken is refused and leaves no half of it', async () => {
    writeFileSync(join(site.folder, '2.0.0.tar.gz'), 'no archive at all');
    const archive = join(site.folder, '{version}.tar.gz');
    const driver = site.driver({ release: undefined, archive });
    const answer = await driver.apply(site.call({ version: '2.0.0' }), never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'driver/rejected' } });
    expect(readdirSync(join(site.folder, 'state/releases'))).toEqual([]);
  });
});

describe('a configuration', () => {
  it('whose target has no port is refused', async () => {
    const call = site.call({ target: { address: 'web-1' } });
    const answer = await site.driver().apply(call, never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'driver/misconfigured' } });
  });

  it('with a placeholder that does not exist is refused before any call', () => {
    expect(() => site.driver({ release: '/srv/{verison}' })).toThrow(/verison/);
  });
});

describe('stopping all processes of a state folder', () => {
  it('ends and counts them', async () => {
    await site.driver().apply(site.call(), never());
    const stateDir = join(site.folder, 'state');
    expect(await stopAllProcesses(stateDir)).toBe(1);
    expect(site.living()).toEqual([]);
    expect(await stopAllProcesses(stateDir)).toBe(0);
  });

  it('finds nothing where nothing ever ran', async () => {
    mkdirSync(join(site.folder, 'empty'));
    expect(await stopAllProcesses(join(site.folder, 'empty'))).toBe(0);
  });
});
