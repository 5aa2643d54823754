import { expect, test } from 'vitest';
import { CliWorld } from './cli-world.js';

test('services names what left the configuration and was not removed', async () => {
  const world = new CliWorld();
  await world.deployed('1.0.0');
  world.targets = ['web-1'];
  await world.deployed('4.0.0');

  const { out } = await world.run(['services']);
  expect(out).toContain(
    'production/api: web-2 (web-2.internal, runs 1.0.0) left the configuration',
  );
  const { out: json } = await world.run(['services', '--json']);
  expect(JSON.parse(json)).toMatchObject([
    { version: '4.0.0', removedTargets: [{ target: 'web-2', version: '1.0.0' }] },
  ]);
});
