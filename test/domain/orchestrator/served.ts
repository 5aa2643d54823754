import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import { MemoryRouter, type RouterFault } from '../../../src/adapters/memory/memory-router.js';
import type { FlagFailure } from '../../../src/domain/ports/flag-store.js';
import { err } from '../../../src/domain/model/result.js';
import { fine } from '../../support/fake-services.js';
import { type DeploymentFixture } from '../../support/fixtures.js';
import { aWorld } from './world.js';

export const request = { type: 'rollback', reason: 'slow' } as const;
const four = ['web-1', 'web-2', 'web-3', 'web-4'] as const;

/** A service with version 1.0.0 live, and what is done to it from then on. */
export async function served(fixture: DeploymentFixture, first: DeploymentFixture = {}) {
  const done: string[] = [];
  const control: { fault: RouterFault } = { fault: () => null };
  const router = new MemoryRouter({
    fault: async (asked, signal) => {
      const failure = await control.fault(asked, signal);
      const { method, target, shares } = asked;
      if (method !== 'shares' && method !== 'look')
        done.push(`${method} ${target ?? JSON.stringify(shares)}`);
      return failure;
    },
  });
  const memory = new MemoryFlagStore();
  const flags: typeof memory & { refuse?: FlagFailure } = memory;
  const set = memory.set.bind(memory);
  flags.set = async (call, flag, percent, signal) => {
    done.push(`flag ${percent}`);
    return flags.refuse === undefined ? set(call, flag, percent, signal) : err(flags.refuse);
  };
  const world = aWorld({ runtime: { router, flags }, fixture: { targets: four, ...fixture } });
  world.driver.removes = true;
  world.driver.onApply = ({ target, version }) => {
    done.push(`apply ${target.id} ${version}`);
    return fine;
  };
  await world.live('1.0.0', { strategy: { kind: 'rolling', batchSize: 4 }, ...first });
  done.length = 0;
  return { ...world, router, flags, control, done };
}
