import { describe, expect, it } from 'vitest';
import { claimsOf } from './claims.js';
import { activeOf } from './core-under-test.js';
import { all, aScene, CAREFUL, faultsIn, HELD, placesOf } from './scene.js';

/** Cases of the page that asked for this core: each broke the promise before it. */
describe('a world that moves without us', () => {
  it('F: a drain that the router refused leaves nothing unknown: no driver was called', async () => {
    const scene = await aScene();
    const before = scene.ways.calls.length;
    scene.troubles.onRoute = (call, target) =>
      call === 'drain' && target === 'web-1' ? 'refused' : null;

    const held = await scene.deploy('2.0.0', CAREFUL, HELD);

    expect(held.state.status).toBe('failed');
    expect(scene.ways.calls.slice(before)).toEqual([]);
    expect(faultsIn(scene)).toEqual([]);
    expect(claimsOf(scene.cluster.core)).toContainEqual(
      expect.objectContaining({ target: 'web-1', version: '1.0.0' }),
    );
    expect(activeOf(scene.cluster.core)?.version).toBe('1.0.0');
  });

  it('H: with one of two targets in maintenance the other is not drained, and the deployment waits until it may be', async () => {
    const scene = await aScene(2);
    scene.places.move({ kind: 'maint', target: 1 });
    scene.cluster.clock.advance(60_000);
    scene.places.fewest = scene.places.serving;
    const { id } = await scene.plan('2.0.0', CAREFUL);

    await scene.run(120_000);
    expect(faultsIn(scene)).toEqual([]);
    expect(scene.places.fewest).toBe(1);
    expect(scene.places.at('web-1')).toMatchObject({ version: '1.0.0', drained: false });
    expect(scene.places.at('web-2')).toMatchObject({ version: '2.0.0', heldOut: true });

    scene.places.move({ kind: 'ready', target: 1 });
    await scene.run();
    expect(scene.reload(id).state.status).toBe('completed');
    expect(faultsIn(scene)).toEqual([]);
    expect(scene.places.fewest).toBe(1);
    expect(placesOf(scene)).toEqual(all(2, '2.0.0'));
  });

  it('H: a target whose process is dead is deployed first, and the one that serves after it', async () => {
    const scene = await aScene(2);
    scene.places.move({ kind: 'kill', target: 1 });
    scene.cluster.clock.advance(60_000);
    scene.places.fewest = scene.places.serving;

    const rolled = await scene.deploy('2.0.0', CAREFUL);

    expect(rolled.state.status).toBe('completed');
    expect(faultsIn(scene)).toEqual([]);
    expect(scene.places.fewest).toBe(1);
    expect(placesOf(scene)).toEqual(all(2, '2.0.0'));
  });

  it('I: a target that a person holds out is brought to the version and stays held out', async () => {
    const scene = await aScene();
    scene.places.move({ kind: 'maint', target: 1 });
    scene.cluster.clock.advance(60_000);

    const { id } = await scene.plan('2.0.0', { kind: 'rolling' });
    await scene.run(600_000);

    expect(scene.reload(id).state.status).toBe('completed');
    expect(faultsIn(scene)).toEqual([]);
    expect(scene.places.at('web-2')).toMatchObject({ version: '2.0.0', heldOut: true });
    expect(scene.places.serving).toBe(2);
  });

  it('J: a router that is away for some seconds is waited for: nothing was touched, so nothing failed', async () => {
    const scene = await aScene();
    scene.places.move({ kind: 'away', ms: 30_000 });

    const rolled = await scene.deploy('2.0.0', CAREFUL);

    expect(rolled.state.status).toBe('completed');
    expect(faultsIn(scene)).toEqual([]);
    expect(placesOf(scene)).toEqual(all(3, '2.0.0'));
    expect(activeOf(scene.cluster.core)?.version).toBe('2.0.0');
  });
});
