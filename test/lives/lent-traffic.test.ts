import { describe, expect, it } from 'vitest';
import { targetId } from '../../src/domain/model/ids.js';
import { aScene, faultsIn, placesOf, type Scene } from './scene.js';

const web2 = targetId('web-2');
const CAREFUL = { kind: 'rolling', maxUnavailable: 1 } as const;

/** Two targets run 2.0.0, and all traffic goes to web-2: that is declared. */
async function onOneAlone(): Promise<Scene> {
  const scene = await aScene(2);
  const steps = [
    { kind: 'deploy', targets: 'all' },
    { kind: 'shift', to: [web2], percent: 100 },
  ] as const;
  const moved = await scene.deploy('2.0.0', { kind: 'steps', partial: true, steps });
  expect(moved.state.status).toBe('completed');
  scene.places.fewest = scene.places.serving;
  return scene;
}

describe('where all traffic goes to one target', () => {
  it('what has the new version carries it while that one is replaced, and gives it back', async () => {
    const scene = await onOneAlone();

    const next = await scene.deploy('3.0.0', CAREFUL);

    expect(next.state.status).toBe('completed');
    expect(faultsIn(scene)).toEqual([]);
    expect(scene.places.fewest).toBe(1);
    expect(placesOf(scene)).toEqual([
      { version: '3.0.0', share: 0, serves: false },
      { version: '3.0.0', share: 100, serves: true },
    ]);
  });

  it('and what carried it for a version that is rolled back has none of it afterwards', async () => {
    const scene = await onOneAlone();
    scene.troubles.onDrive = (target, version) =>
      target === 'web-2' && version === '3.0.0' ? 'half' : null;

    const next = await scene.deploy('3.0.0', CAREFUL, { retries: 0 });

    expect(next.state.status).toBe('rolled_back');
    expect(faultsIn(scene)).toEqual([]);
    expect(scene.places.fewest).toBe(1);
    expect(placesOf(scene)).toEqual([
      { version: '2.0.0', share: 0, serves: false },
      { version: '2.0.0', share: 100, serves: true },
    ]);
  });
});

it.each(['before', 'after'] as const)(
  'a worker that dies at any call, %s it took effect, leaves traffic that is lent to whoever takes over',
  async (moment) => {
    let died = true;
    for (let at = 1; died; at += 1) {
      const scene = await onOneAlone();
      const deaths = scene.cluster.deaths;
      scene.cluster.fates.push({ at, moment, calls: 0 });

      const next = await scene.deploy('3.0.0', CAREFUL);

      const where = `call ${at}`;
      expect(next.state.status, where).toBe('completed');
      expect(faultsIn(scene), where).toEqual([]);
      expect(placesOf(scene), where).toEqual([
        { version: '3.0.0', share: 0, serves: false },
        { version: '3.0.0', share: 100, serves: true },
      ]);
      died = scene.cluster.deaths > deaths;
      if (!died) expect(at).toBeGreaterThan(20);
    }
  },
);
