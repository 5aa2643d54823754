import { FunctionFlagStore } from '../../adapters/functions/function-flags.js';
import { FunctionRouter } from '../../adapters/functions/function-router.js';
import { switchRouter } from '../../adapters/functions/switch-router.js';
import { FlagdFileStore } from '../../adapters/flags/flagd-file.store.js';
import { MemoryFlagStore } from '../../adapters/memory/memory-flags.js';
import { type MemoryState, serviceRow } from '../../adapters/memory/memory-state.js';
import { createRouter } from '../../adapters/routers/router-registry.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import { FlagStoreSchema } from '../../contracts/config/flag-store.schema.js';
import { RouterSchema } from '../../contracts/config/router.schema.js';
import { runs } from '../../domain/model/target-status.js';
import type { FlagStore } from '../../domain/ports/flag-store.js';
import type { TrafficRouter } from '../../domain/ports/traffic-router.js';
import type { LibraryOptions } from './library-options.js';
import { readOption } from './read-option.js';

/**
 * What moves the traffic of the library's services; `null` for nothing.
 *
 * @throws TypeError that names the option and what was wanted
 */
export function routerOf(
  { router, switchFn }: Pick<LibraryOptions, 'router' | 'switchFn'>,
  state: MemoryState,
): TrafficRouter | null {
  if (switchFn !== undefined) {
    if (router !== undefined) throw new TypeError('`switchFn`: expected it without a `router`');
    return switchRouter(switchFn, (ref, target) => {
      const status = serviceRow(state, ref).targets.get(target);
      return (status && runs(status)) ?? null;
    });
  }
  if (router === undefined) return null;
  if (typeof router === 'function') return new FunctionRouter(router);
  return 'setShares' in router ? router : createRouter(readOption(RouterSchema, router, 'router'));
}

/**
 * What sets the flags of the library's services: in memory, where nothing is said;
 * `null` for nothing.
 *
 * @throws TypeError that names the option and what was wanted
 */
export function flagsOf(flags: LibraryOptions['flags']): FlagStore | null {
  if (flags === undefined) return new MemoryFlagStore();
  if (typeof flags === 'function') return new FunctionFlagStore(flags);
  if ('read' in flags) return flags;
  const spec = readOption(FlagStoreSchema, flags, 'flags');
  if (spec.kind === 'none') return null;
  if (spec.kind === 'flagd_file') return new FlagdFileStore(spec.path, systemClock);
  throw new TypeError(
    '`flags.kind`: redis needs a Redis, and the library has none: expected flagd_file, none, a function or a flag store',
  );
}
