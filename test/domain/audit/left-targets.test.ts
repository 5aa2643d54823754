import { describe, expect, test } from 'vitest';
import { MemoryAuditSource } from '../../../src/adapters/memory/memory-audit.js';
import { findLeftTargets, leftTargets } from '../../../src/domain/audit/left-targets.js';
import { API, aTarget, v, web } from '../../support/fixtures.js';
import { aWorld } from '../orchestrator/world.js';
import { running, webs } from '../reconcile/standing.js';

describe('looking for targets that left the configuration', () => {
  test('names them with where they run and what, by the configuration at hand', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const source = new MemoryAuditSource(world.state, []);

    expect(await findLeftTargets(source, () => [aTarget('web-1')])).toEqual([
      {
        ...API,
        targets: [{ target: web(2), address: '127.0.0.1:8080', driver: 'fake', version: '1.0.0' }],
      },
    ]);
    expect(await findLeftTargets(source, () => [aTarget('web-1'), aTarget('web-2')])).toEqual([]);
  });

  test('names those that a deployment found so where no configuration is at hand', () => {
    const known = webs(running('1.0.0'), running(null), running('1.0.0', { left: true }));

    expect(leftTargets(known, null)).toEqual([
      { target: web(3), address: null, driver: null, version: '1.0.0' },
    ]);
    expect(leftTargets(known, []).map(({ target }) => target)).toEqual([web(1), web(3)]);
    expect(leftTargets(webs(running('1.0.0', { by: null })), [])).toEqual([]);
    const unsure = running('1.0.0', { version: ['1.0.0', null] as never });
    expect(leftTargets(webs(unsure), [])).toMatchObject([{ version: null }]);
  });

  test('names what a target left where it was before, also where it is configured', () => {
    const stays = [{ address: '10.0.0.1:80', driver: 'command', version: v('0.9.0') }];
    const known = webs(running('1.0.0', { stays }), running('1.0.0'));

    expect(leftTargets(known, [aTarget('web-1'), aTarget('web-2')])).toEqual([
      { target: web(1), ...stays[0], moved: true },
    ]);
    expect(leftTargets(known, null)).toHaveLength(1);
    expect(leftTargets(known, [aTarget('web-2')])).toHaveLength(2);
  });

  test('passes a service over that a deployment is changing', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const { id } = await world.planned({ version: '2.0.0' });
    await world.store.claim(id, { kind: 'execute', worker: 'w9', leaseMs: 1_000 });

    expect(await findLeftTargets(new MemoryAuditSource(world.state, []), () => [])).toEqual([]);
  });
});
