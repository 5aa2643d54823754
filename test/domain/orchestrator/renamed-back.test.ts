import { expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { targetId } from '../../../src/domain/model/ids.js';
import type { Target } from '../../../src/domain/model/target.js';
import type { RouteCall } from '../../../src/domain/ports/traffic-router.js';
import { broken, fine } from '../../support/fake-services.js';
import { API, type DeploymentFixture } from '../../support/fixtures.js';
import { aWorld } from './world.js';

/** Two places, under these names. */
const named = (...names: readonly string[]): DeploymentFixture => ({
  configured: true,
  places: names.map((id, at): Target => ({
    ...{ id: targetId(id), name: id, address: `127.0.0.1:800${at}`, metadata: {} },
  })),
});

/** Knows one set of names at a time. */
class Renaming extends MemoryRouter {
  prefix = 'old';

  override async look(call: RouteCall, signal: AbortSignal): ReturnType<MemoryRouter['look']> {
    const stranger = call.targets.find(({ id }) => !id.startsWith(this.prefix));
    if (stranger === undefined) return super.look(call, signal);
    const message = `there is no ${stranger.id}`;
    return { ok: false, error: { code: 'router/no_such_target', message, transient: false } };
  }
}

test('a target that has its old name again goes back to what its place was declared to run', async () => {
  const router = new Renaming();
  const world = aWorld({ runtime: { router } });
  const { driver } = world;
  driver.onApply = ({ version, target: { id } }) =>
    (version === '2.0.0' || version === '4.0.0') && id.endsWith('-2') ? broken('no disk') : fine;
  const [old, fresh] = [named('old-1', 'old-2'), named('new-1', 'new-2')];
  const statusOf = async (version: string, names: DeploymentFixture) => {
    router.prefix = names === old ? 'old' : 'new';
    return (await world.live(version, { ...names, policy: { retries: 0 } })).state.status;
  };

  expect(await statusOf('1.0.0', old)).toBe('completed');
  expect(await statusOf('2.0.0', fresh)).toBe('rolled_back');
  expect(await statusOf('3.0.0', fresh)).toBe('completed');
  expect(await statusOf('4.0.0', old)).toBe('rolled_back');

  expect(driver.calls.at(-1)).toMatchObject({ version: '3.0.0' });
  expect((await world.index.active(API))?.version).toBe('3.0.0');
  const known = await world.index.targetStatuses(API);
  expect([...known].flatMap(([, { version, by }]) => (by === null ? [] : version))).toEqual([
    ...['3.0.0', '3.0.0'],
  ]);
});
