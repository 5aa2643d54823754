import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { FlagSetting } from '../../../src/domain/model/plan/flag-setting.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { err } from '../../../src/domain/model/result.js';
import type { FlagStore } from '../../../src/domain/ports/flag-store.js';
import { aWorld, type WorldOptions } from './world.js';

const never = new AbortController().signal;
export const keeping = (flag: FlagSetting): StrategySpec => ({
  kind: 'feature_flag',
  stages: [100],
  flag,
});
export const AWAY = err({
  ...({ code: 'flag/unreachable', message: 'Redis is away', transient: true } as const),
});

/** A service with a flag per version. */
export function aFlagged(flag: FlagSetting = { keep: 1 }, options: WorldOptions = {}) {
  const memory = new MemoryFlagStore();
  let store: FlagStore = memory;
  const flags: FlagStore = {
    kind: 'memory',
    list: async (...given) => store.list?.(...given) ?? AWAY,
    read: (...given) => store.read(...given),
    set: (...given) => store.set(...given),
  };
  const world = aWorld({
    runtime: { flags },
    fixture: { strategy: keeping(flag) },
    ...options,
  });
  const names = async () => {
    const all = await memory.list(never);
    return all.ok ? all.value.map((each) => each.flag) : [];
  };
  const told = async (id: DeploymentId) =>
    (await world.index.events(id))
      .map(({ event }) => event)
      .filter(({ type }) => type.startsWith('deployment.flags_'));
  const through = (next: (memory: MemoryFlagStore) => FlagStore) => {
    store = next(memory);
  };
  return { ...world, memory, names, told, through };
}

/** Three versions are done, each with its flag. */
export async function threeDone(flag?: FlagSetting, options?: WorldOptions) {
  const world = aFlagged(flag, options);
  for (const version of ['1', '2', '3']) await world.live(version);
  return world;
}
