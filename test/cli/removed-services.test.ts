import { expect, test } from 'vitest';
import { leftTexts } from '../../src/cli/render/left-targets-text.js';
import type { LeftTarget } from '../../src/domain/audit/left-targets.js';
import { API, v, web } from '../support/fixtures.js';
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

test('services names what a target left where it was before it moved', async () => {
  const targets: readonly LeftTarget[] = [
    { target: web(1), address: '10.0.0.1:80', driver: 'command', version: v('1.0.0'), moved: true },
    { target: web(2), address: null, driver: null, version: null, moved: true },
  ];

  expect(leftTexts(API, targets).map(({ text }) => text)).toEqual([
    'production/api: web-1 was at 10.0.0.1:80 (command driver), where 1.0.0 may still run',
    'production/api: web-2 was at another place (unknown driver), where an unknown version may still run',
  ]);
  expect(leftTexts(API, targets)[0]?.advice).toBe(
    'stop it there, then say what runs on the target now: signalbox repair --target api production web-1 --version …',
  );
});
