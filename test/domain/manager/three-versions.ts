import { anId, API, v } from '../../support/fixtures.js';
import { aWorld, type World } from '../orchestrator/world.js';

/** Three versions, one after the other. */
export async function threeVersions(options: Parameters<typeof aWorld>[0] = {}) {
  const world = aWorld(options);
  const first = await world.live('1.0.0');
  const second = await world.live('2.0.0');
  const third = await world.live('3.0.0');
  return { ...world, first, second, third };
}

export const statesOf = async ({ manager }: Pick<World, 'manager'>) =>
  (await manager.versions('api')).map(({ version, state }) => `${version} ${state}`);

/** A rollback to a version; `null` to the one before. */
export const asked = (toVersion: string | null) => ({
  ...API,
  id: anId(),
  toVersion: toVersion === null ? null : v(toVersion),
  strategy: undefined,
  reason: 'slow',
  requestedBy: 'ann',
});
