import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { API } from '../../support/fixtures.js';
import { aWorld, type World } from './world.js';

const blueGreen = { kind: 'blue_green' } as const;
const fixture = { coloured: true, strategy: blueGreen } as const;
const coloured = () => aWorld({ runtime: { router: new MemoryRouter() }, fixture });

/** Those that have a share, by the record. */
const withTraffic = async ({ index }: World) =>
  [...(await index.targetStatuses(API))].flatMap(([id, { weight }]) =>
    weight.some((share) => share !== null && share > 0) ? [id] : [],
  );

describe('a deployment to two colours', () => {
  test('takes the colour that is idle when it begins, whatever was planned', async () => {
    const world = coloured();
    await world.live('1.0.0');
    const early = await world.planned({ version: '3.0.0' });
    const before = await world.planned({ version: '2.0.0' });
    // Both were planned for the same colour; the second one is first.
    await world.order(early.id, { type: 'cancel', reason: 'later' });
    const again = await world.planned({ version: '3.0.0' });
    await world.finish(before.id);

    const ended = await world.finish(again.id);

    expect(ended.state.status).toBe('completed');
    expect(again.plan.steps).toEqual(before.plan.steps);
    expect(ended.progress.replanned).not.toBeNull();
    expect(world.driver.runs.get('web-1')).toBe('3.0.0');
    expect(world.driver.runs.get('web-2')).toBe('2.0.0');
    expect(await withTraffic(world)).toEqual(['web-1']);
  });

  test('says which colour alone has the traffic, once that is known', async () => {
    const world = coloured();
    await world.live('1.0.0');
    expect(await withTraffic(world)).toEqual(['web-1']);
    await world.live('2.0.0');
    expect(await withTraffic(world)).toEqual(['web-2']);
  });

  test('without a router is replaced where it serves', async () => {
    const world = aWorld({ fixture: { coloured: true } });
    await world.live('1.0.0');

    expect((await world.live('2.0.0')).progress).toMatchObject({ traffic: null, replanned: null });
  });

  test('that can not be carried out any more says why, and changes nothing', async () => {
    const world = coloured();
    await world.live('1.0.0');
    const { id } = await world.planned({ version: '2.0.0' });
    const row = world.state.deployments.get(id);
    if (row) row.deployment = { ...row.deployment, plan: { ...row.deployment.plan, router: null } };

    expect((await world.finish(id)).state).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^cannot be carried out any more: router: /),
    });
    expect((await world.index.active(API))?.version).toBe('1.0.0');
  });
});
