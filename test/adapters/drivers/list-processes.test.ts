import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { never } from './driver-calls.js';
import { openSite, type ServiceSite } from './service-site.js';

let site: ServiceSite;
beforeEach(async () => {
  site = await openSite();
  site.release('1.0.0');
});
afterEach(() => site.close());

it('tells what runs under its state folder, as long as it runs, and nothing of folders of others', async () => {
  const driver = site.driver();
  expect(await driver.list?.()).toEqual([]);

  const call = site.call({ fence: 1 });
  await driver.apply(call, never());
  mkdirSync(join(site.folder, 'state', 'targets', 'Not A Name', 'api', 'web-1'), {
    recursive: true,
  });

  const { environment, service } = call;
  expect(await driver.list?.()).toEqual([
    { environment, service, target: 'web-1', address: `127.0.0.1:${site.port}`, version: '1.0.0' },
  ]);
  await driver.apply({ ...site.call({ fence: 2 }), version: null, action: 'rollback' }, never());
  expect(await driver.list?.()).toEqual([]);
});
