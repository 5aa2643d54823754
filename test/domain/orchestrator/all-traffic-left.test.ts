import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { broken, fine } from '../../support/fake-services.js';
import { API, type DeploymentFixture, web } from '../../support/fixtures.js';
import { aWorld } from './world.js';

/** Web-1 has all of the traffic, with 1.1.0; web-2 runs what was before. */
async function withAllOnOne() {
  const router = new MemoryRouter();
  const fixture = { targets: ['web-1', 'web-2', 'web-3'] } as const;
  const world = aWorld({ runtime: { router }, fixture });
  world.driver.removes = true;
  await world.live('1.0.0');
  await world.live('1.1.0', {
    strategy: {
      ...{ kind: 'steps', partial: true },
      steps: [
        { kind: 'deploy', targets: [web(1)] },
        { kind: 'shift', percent: 100 },
      ],
    },
  });
  const weights = async () =>
    Object.fromEntries(
      [...(await world.index.targetStatuses(API))].map(([id, { weight }]) => [id, weight]),
    );
  return { ...world, weights };
}

const without: DeploymentFixture = {
  ...{ targets: ['web-2', 'web-3'], configured: true },
  strategy: { kind: 'rolling', maxUnavailable: 1 },
};

describe('where all that had traffic leave the configuration', () => {
  test.each(['retire', 'leave'] as const)(
    'the others get it as soon as they have the new version, and never before: %s',
    async (removedTargets) => {
      const { live, weights, driver, index } = await withAllOnOne();
      const seen: unknown[] = [];
      driver.onApply = async () => {
        seen.push((await weights())['web-2']);
        return fine;
      };

      const { state } = await live('2.0.0', { ...without, policy: { removedTargets } });

      expect(state.status).toBe('completed');
      expect(await weights()).toMatchObject({ 'web-2': [0.5], 'web-3': [0.5] });
      expect(seen[0]).toEqual([0]);
      expect((await index.active(API))?.version).toBe('2.0.0');
      expect((await live('2.1.0', without)).state.status).toBe('completed');
      expect(await weights()).toMatchObject({ 'web-2': [0.5], 'web-3': [0.5] });
    },
  );

  test('a first one that fails leaves the traffic where it was', async () => {
    const { live, weights, driver } = await withAllOnOne();
    driver.onApply = ({ version }) => (version === '2.0.0' ? broken('no room') : fine);

    const { state } = await live('2.0.0', without);

    expect(state.status).toBe('rolled_back');
    expect(await weights()).toMatchObject({ 'web-2': [0], 'web-3': [0] });
  });
});
