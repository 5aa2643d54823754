import { expect, test } from 'vitest';
import { eventSentence } from '../../src/cli/render/event-sentence.js';
import { behindText } from '../../src/cli/text/behind-text.js';
import { MemoryRouter } from '../../src/adapters/memory/memory-router.js';
import { severalPlaces } from '../../src/adapters/routers/places/several-places.js';
import { ok } from '../../src/domain/model/result.js';
import { API } from '../support/fixtures.js';
import { CliWorld } from './cli-world.js';

test('balancers that were away are named with what becomes of them', () => {
  expect(behindText(['lb-2:9999'])).toBe(
    'lb-2:9999 missed changes while away; a worker makes up for it as soon as it answers',
  );
  expect(behindText(['lb-2:9999', 'lb-3:9999'])).toBe(
    'lb-2:9999, lb-3:9999 missed changes while away; a worker makes up for it as soon as they answer',
  );
});

test('services and explain name the balancer that a service goes on without', async () => {
  const world = new CliWorld();
  const gone = { code: 'router/unreachable', message: 'no answer', transient: true } as const;
  const balancers = [new MemoryRouter(), new MemoryRouter({ fault: () => gone })];
  world.router = severalPlaces({
    ...{ kind: 'memory', timeoutMs: 1_000, quorum: 1, drainMs: 1_000 },
    placesOf: (call) =>
      ok(balancers.map((router, at) => ({ name: `lb-${at + 1}:9999`, router, call }))),
  });
  await world.deployed('1.0.0');

  const sentence = 'lb-2:9999 missed changes while away';
  expect((await world.run(['services'])).out).toContain(`production/api: ${sentence}`);
  expect(JSON.parse((await world.run(['services', '--json'])).out)).toMatchObject([
    { balancersBehind: ['lb-2:9999'] },
  ]);
  const active = await world.index.active(API);
  expect((await world.run(['explain', active?.deploymentId ?? ''])).out).toContain(sentence);
});

test('events tell who is away, and that it has what it missed', () => {
  const seen = { inRotation: true, share: 0.5, heldOut: null };
  const targets = { 'web-1': { ...seen, away: ['lb-2:9999'] }, 'web-2': seen };
  expect(eventSentence({ type: 'deployment.router_seen', data: { targets } })).toBe(
    "the router says: lb-2:9999 can't be asked, changes go on without it; web-1, web-2 in rotation",
  );
  const data = { place: 'lb-2:9999', evidence: {} };
  expect(eventSentence({ type: 'deployment.place_caught_up', data })).toBe(
    'lb-2:9999 has what it missed while it was away',
  );
});
