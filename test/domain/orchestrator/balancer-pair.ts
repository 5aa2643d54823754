import { MemoryRouter, type RouterFault } from '../../../src/adapters/memory/memory-router.js';
import { severalPlaces } from '../../../src/adapters/routers/places/several-places.js';
import { ok } from '../../../src/domain/model/result.js';
import type { RouterFailure } from '../../../src/domain/ports/traffic-router.js';
import { API, aTarget, type DeploymentFixture } from '../../support/fixtures.js';
import { aWorld } from './world.js';

export const gone: RouterFailure = {
  code: 'router/unreachable',
  message: 'no answer',
  transient: true,
};
export const hangs: RouterFailure = {
  code: 'router/timeout',
  message: 'no answer yet',
  transient: true,
};
const IDS = ['web-1', 'web-2', 'web-3'];
export const CALL = { ...API, targets: IDS.map(aTarget) };
export const careful = { targets: IDS, strategy: { kind: 'rolling', maxUnavailable: 1 } } as const;
export const bold = { targets: IDS, strategy: { kind: 'rolling', batchSize: 1 } } as const;
export const THIRDS = { 'web-1': 1 / 3, 'web-2': 1 / 3, 'web-3': 1 / 3 };
export const never = (): AbortSignal => new AbortController().signal;

/** Version 1.0.0 behind two balancers of which one has to answer. */
export async function behindTwo(fixture: DeploymentFixture = careful) {
  const faults: RouterFault[] = [() => null, () => null];
  const balancers = [0, 1].map(
    (at) => new MemoryRouter({ fault: (...asked) => faults[at]?.(...asked) ?? null }),
  );
  const [one = new MemoryRouter(), two = new MemoryRouter()] = balancers;
  const router = severalPlaces({
    ...{ kind: 'memory', timeoutMs: 1_000, drainMs: 1_000, quorum: 1 },
    placesOf: (call) =>
      ok(balancers.map((its, at) => ({ name: `lb-${at + 1}`, router: its, call }))),
  });
  const world = aWorld({ runtime: { router }, fixture });
  await world.live('1.0.0');
  const sharesAt = async (its: MemoryRouter) => {
    const answer = await its.copy().shares(CALL, never());
    return answer.ok ? answer.value : {};
  };
  const behind = async () => {
    const { targets } = await world.store.service(API);
    return IDS.map((id) => [...targets].find(([its]) => its === id)?.[1].missedBy ?? []);
  };
  return { ...world, router, faults, one, two, sharesAt, behind };
}
