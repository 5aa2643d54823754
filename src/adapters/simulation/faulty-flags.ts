import type { FlagStore } from '../../domain/ports/flag-store.js';
import { unreachable } from '../flags/flag-failure.js';

/** A flag store that is away whenever `away` says so; else the one behind it answers. */
export const faultyFlags = (
  store: FlagStore,
  away: () => boolean,
  kind = store.kind,
): FlagStore => {
  const list = store.list?.bind(store);
  return {
    kind,
    read: async (flag, signal) => (away() ? AWAY : store.read(flag, signal)),
    set: async (call, flag, percent, signal) =>
      away() ? AWAY : store.set(call, flag, percent, signal),
    ...(list && { list: async (signal) => (away() ? AWAY : list(signal)) }),
  };
};

const AWAY = unreachable('the simulated flag store does not answer');
