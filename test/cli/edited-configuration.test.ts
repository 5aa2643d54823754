import { expect, test } from 'vitest';
import { aWorkerSign, knowing } from '../support/worker-signs.js';
import { CliWorld } from './cli-world.js';

test('services --workers says who has to be restarted for its configuration', async () => {
  const edited = new CliWorld();
  edited.workers = [
    aWorkerSign({ id: 'w-1', configChanged: true }),
    aWorkerSign({ id: 'w-2', configChanged: true, alive: false, knowledge: knowing('web') }),
  ];
  const { out } = await edited.run(['services', '--workers']);

  expect(out).toMatch(/w-1 +1\.2\.3 +alive, restart it: its configuration has changed\n/);
  expect(out).toMatch(/w-2 +1\.2\.3 +stopped, last seen/);
  const { out: told } = await edited.run(['services', '--workers', '--json']);
  expect(JSON.parse(told)).toMatchObject([{ configChanged: true }, { id: 'w-2' }]);
});
