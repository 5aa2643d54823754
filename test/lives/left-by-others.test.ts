import { describe, expect, it } from 'vitest';
import { targetId } from '../../src/domain/model/ids.js';
import { all, aScene, BY_WEIGHT, CAREFUL, faultsIn, HELD, placesOf } from './scene.js';

const web1 = targetId('web-1');
const [web2, web3] = [targetId('web-2'), targetId('web-3')];
const abort = { type: 'abort', reason: 'no good' } as const;

/** Cases of the page that asked for this core: each broke the promise before it. */
describe('what another deployment left', () => {
  it('G: a rolling fix after a held canary by weight keeps as many with traffic as must, and gives all of them traffic', async () => {
    const scene = await aScene();
    scene.troubles.onDrive = (target, version) =>
      target === 'web-1' && version === '2.0.0' ? 'half' : null;
    expect((await scene.deploy('2.0.0', BY_WEIGHT, HELD)).state.status).toBe('failed');
    scene.places.fewest = scene.places.serving;

    const fix = await scene.deploy('2.0.1', CAREFUL);

    expect(fix.state.status).toBe('completed');
    expect(faultsIn(scene)).toEqual([]);
    // The canary, with no floor of its own, had left one with traffic.
    expect(scene.places.fewest).toBe(1);
    expect(placesOf(scene)).toEqual(all(3, '2.0.1'));
  });

  it('D: a rolling deployment after steps that shifted all traffic to one target and were halted takes that one last', async () => {
    const scene = await aScene();
    const steps = {
      kind: 'steps',
      partial: true,
      steps: [
        { kind: 'deploy', targets: [web2] },
        { kind: 'shift', percent: 100 },
        { kind: 'gate', name: 'go' },
      ],
    } as const;
    const halted = await scene.deploy('2.0.0', steps);
    await scene.order(halted, { type: 'halt', reason: 'later' });
    expect(scene.places.serving).toBe(1);

    const next = await scene.deploy('3.0.0', CAREFUL);

    expect(next.state.status).toBe('completed');
    expect(faultsIn(scene)).toEqual([]);
    expect(scene.places.fewest).toBeGreaterThanOrEqual(1);
    expect(placesOf(scene)).toEqual(all(3, '3.0.0'));
  });

  it('B2: a deployment that was planned before another broke a target takes no further one out below its floor', async () => {
    const scene = await aScene();
    const early = await scene.plan('3.0.0', CAREFUL, {}, false);
    scene.troubles.onDrive = (target, version) =>
      target === 'web-3' && version === '2.0.0' ? 'half' : null;
    expect((await scene.deploy('2.0.0', CAREFUL, HELD)).state.status).toBe('failed');

    await scene.order(early, { type: 'approve', by: 'ann' });
    await scene.run();

    expect(scene.reload(early.id).state.status).toBe('completed');
    expect(faultsIn(scene)).toEqual([]);
    expect(scene.places.fewest).toBeGreaterThanOrEqual(2);
    expect(placesOf(scene)).toEqual(all(3, '3.0.0'));
  });

  it('E: what a way back could not give to the router again is not counted as serving by the next deployment', async () => {
    const scene = await aScene();
    const one = await scene.deploy('2.0.0', {
      kind: 'canary',
      stages: [{ targets: 30, gate: true }, 100],
      maxUnavailable: 1,
    });
    scene.troubles.onRoute = (call, target) =>
      call === 'ready' && target === 'web-1' ? 'refused' : null;
    await scene.order(one, abort);
    await scene.run();
    expect(scene.reload(one.id).state.status).toBe('failed');
    scene.troubles.onRoute = () => null;
    expect(scene.places.serving).toBe(2);

    const next = await scene.deploy('3.0.0', {
      kind: 'steps',
      maxUnavailable: 1,
      steps: [web2, web3, web1].map((id) => ({ kind: 'deploy', targets: [id] })),
    });

    expect(next.state.status).toBe('completed');
    expect(faultsIn(scene)).toEqual([]);
    expect(scene.places.fewest).toBeGreaterThanOrEqual(2);
    expect(placesOf(scene)).toEqual(all(3, '3.0.0'));
  });

  it('A: a canary by weight that is rolled back gives its share to a target that another deployment had broken', async () => {
    const scene = await aScene();
    scene.troubles.onDrive = (target, version) =>
      (target === 'web-1' && version === '2.0.0') || (target === 'web-3' && version === '3.0.0')
        ? 'half'
        : null;
    await scene.deploy('2.0.0', { kind: 'rolling' }, HELD);

    const canary = await scene.deploy('3.0.0', BY_WEIGHT, { retries: 0 });

    expect(canary.state.status).toBe('rolled_back');
    expect(faultsIn(scene)).toEqual([]);
    expect(placesOf(scene)).toEqual(all(3, '1.0.0'));
  });

  it('A2: a deployment that is aborted gives its share to a target that it had broken itself, and tolerated', async () => {
    const scene = await aScene();
    scene.troubles.onDrive = (target, version) =>
      target === 'web-1' && version === '2.0.0' ? 'half' : null;
    const one = await scene.deploy(
      '2.0.0',
      {
        kind: 'steps',
        partial: true,
        failureTolerance: 1,
        steps: [
          { kind: 'deploy', targets: [web1, web2] },
          { kind: 'shift', percent: 50 },
          { kind: 'gate', name: 'go' },
        ],
      },
      { retries: 0 },
    );
    await scene.order(one, abort);
    await scene.run();

    expect(scene.reload(one.id).state.status).toBe('rolled_back');
    expect(faultsIn(scene)).toEqual([]);
    expect(placesOf(scene)).toEqual(all(3, '1.0.0'));
  });
});
