import { describe, expect, test } from 'vitest';
import { MemoryAuditSource } from '../../../src/adapters/memory/memory-audit.js';
import { MemoryRouter, type RouterFault } from '../../../src/adapters/memory/memory-router.js';
import { failed } from '../../../src/adapters/routers/base/router-failure.js';
import { severalPlaces } from '../../../src/adapters/routers/places/several-places.js';
import { ok } from '../../../src/domain/model/result.js';
import { findDrift } from '../../../src/domain/audit/find-drift.js';
import { API, aTarget, web } from '../../support/fixtures.js';
import { aWorld } from '../orchestrator/world.js';

const never = new AbortController().signal;
const targets = [aTarget('web-1'), aTarget('web-2')];

/** Version 1.0.0 behind a router. */
async function live() {
  const control: { fault: RouterFault } = { fault: () => null };
  const router = new MemoryRouter({ fault: (asked, signal) => control.fault(asked, signal) });
  const world = aWorld({ runtime: { router } });
  await world.live('1.0.0');
  const source = new MemoryAuditSource(world.state, []);
  const found = () => findDrift(source, () => ({ router, targets }), never);
  return { ...world, router, control, source, found };
}

describe('looking for drift', () => {
  test('finds none where the router does what the service declares', async () => {
    expect(await (await live()).found()).toEqual({ asked: 1, services: [] });
  });

  test('names the service, the target, and the version that is declared', async () => {
    const world = await live();
    world.router.maintain(API, web(2));

    expect((await world.found()).services).toEqual([
      {
        ...{ ...API, kind: 'drifted', version: '1.0.0' },
        drifts: [{ kind: 'held_out', target: web(2), version: '1.0.0' }],
      },
    ]);
  });

  test('finds what a router forgot', async () => {
    const world = await live();
    const call = { ...API, targets };
    await world.router.setShares(call, { 'web-1': 0.9, 'web-2': 0.1 }, never);

    const [drift] = (await world.found()).services;

    expect(drift).toMatchObject({
      kind: 'drifted',
      drifts: [
        { kind: 'share', target: 'web-1', declared: 0.5, seen: expect.closeTo(0.9) },
        { kind: 'share', target: 'web-2', declared: 0.5, seen: expect.closeTo(0.1) },
      ],
    });
  });

  test('says so where the router cannot be asked', async () => {
    const world = await live();
    world.control.fault = () => ({
      ...{ code: 'router/unreachable', message: 'no answer', transient: true },
    });

    expect(await world.found()).toEqual({
      asked: 1,
      services: [{ ...API, kind: 'unasked', reason: 'no answer' }],
    });
  });

  test('passes over what a deployment is changing, began to change meanwhile, or has no router', async () => {
    const world = await live();
    world.router.maintain(API, web(2));
    const none = await findDrift(world.source, () => null, never);
    expect(none).toEqual({ asked: 0, services: [] });

    const { id } = await world.planned({ version: '2.0.0' });
    world.control.fault = async ({ method }) => {
      if (method === 'look')
        await world.store.claim(id, { kind: 'execute', worker: 'w', leaseMs: 1 });
      return null;
    };
    expect(await world.found()).toEqual({ asked: 1, services: [] });
    world.control.fault = () => null;
    expect(await world.found()).toEqual({ asked: 0, services: [] });
  });

  describe('behind two balancers', () => {
    /** Version 1.0.0 behind lb-1 and lb-2, which may have nothing but their names wrong. */
    async function liveBehindTwo(quorum = 2) {
      const control: { fault: RouterFault } = { fault: () => null };
      const one = new MemoryRouter();
      const two = new MemoryRouter({ fault: (asked, signal) => control.fault(asked, signal) });
      let names: readonly string[] = ['lb-1', 'lb-2'];
      const router = severalPlaces({
        ...{ kind: 'memory', timeoutMs: 1_000, drainMs: 1_000, quorum },
        placesOf: (call) =>
          names.length === 0
            ? failed('router/rejected', 'no name')
            : ok([one, two].map((its, at) => ({ name: names[at] ?? '', router: its, call }))),
      });
      const world = aWorld({ runtime: { router } });
      await world.live('1.0.0');
      const source = new MemoryAuditSource(world.state, []);
      const found = async () =>
        (await findDrift(source, () => ({ router, targets }), never)).services;
      const live2 = () => world.live('2.0.0');
      return { one, two, control, found, live2, forgetNames: () => void (names = []) };
    }
    const heldOut = {
      ...{ ...API, kind: 'drifted', version: '1.0.0' },
      drifts: [{ kind: 'held_out', target: web(2), version: '1.0.0' }],
    };

    test('looks at each, and names the one that does not do what is declared', async () => {
      const { two, found } = await liveBehindTwo();
      expect(await found()).toEqual([]);
      two.maintain(API, web(2));

      expect(await found()).toEqual([{ ...heldOut, place: 'lb-2' }]);
    });

    test('names none where it is the same at both', async () => {
      const { one, two, found } = await liveBehindTwo();
      for (const its of [one, two]) its.maintain(API, web(2));

      expect(await found()).toEqual([heldOut]);
    });

    test('says of one that was away and missed changes that it is made up for', async () => {
      const { control, found, live2, two } = await liveBehindTwo(1);
      control.fault = () => ({
        ...{ code: 'router/unreachable', message: 'no answer', transient: true },
      });
      await live2();
      expect(await found()).toMatchObject([{ kind: 'unasked', place: 'lb-2', behind: true }]);
      control.fault = () => null;
      await two.setShares({ ...API, targets }, { 'web-1': 1 }, never);
      expect(await found()).toMatchObject([{ kind: 'drifted', place: 'lb-2', behind: true }]);
    });

    test('looks at the other one while one is away, and says that', async () => {
      const { one, control, found } = await liveBehindTwo();
      one.maintain(API, web(2));
      control.fault = () => ({
        ...{ code: 'router/unreachable', message: 'no answer', transient: true },
      });

      expect(await found()).toEqual([
        { ...heldOut, place: 'lb-1' },
        { ...API, kind: 'unasked', reason: 'lb-2: no answer', place: 'lb-2' },
      ]);
    });

    test('says so where it cannot be told which they are', async () => {
      const { found, forgetNames } = await liveBehindTwo();
      forgetNames();

      expect(await found()).toEqual([{ ...API, kind: 'unasked', reason: 'no name' }]);
    });
  });
});
