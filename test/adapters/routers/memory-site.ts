import {
  MemoryRouter,
  type MemoryRouterOptions,
} from '../../../src/adapters/memory/memory-router.js';
import { environmentName, serviceName, targetId } from '../../../src/domain/model/ids.js';
import type { RouteCall, TrafficRouter } from '../../../src/domain/ports/traffic-router.js';
import type { HeldRequest, TrafficRouterFixture } from '../../suites/traffic-router.fixture.js';

const never = (): AbortSignal => new AbortController().signal;
export const call: RouteCall = {
  service: serviceName('api'),
  environment: environmentName('production'),
  targets: ['web-1', 'web-2', 'web-3'].map((id) => ({
    id: targetId(id),
    name: id,
    address: `${id}:80`,
    metadata: {},
  })),
};

/** Gives out requests by what the router says, always to whoever is furthest behind its share. */
export function memorySite(
  make = (options: MemoryRouterOptions): TrafficRouter => new MemoryRouter(options),
): TrafficRouterFixture {
  let down = false;
  const held = new Map<string, Promise<boolean>>();
  const router = make({
    fault: () =>
      down ? { code: 'router/unreachable', message: 'it is down', transient: true } : null,
    whenIdle: async (target, _, tell) => {
      if (held.has(target)) tell({ left: 1, of: 'requests' });
      await held.get(target);
    },
  });
  const counts: Record<string, number> = {};
  const next = async (given: Record<string, number>): Promise<string> => {
    const answer = await router.shares(call, never());
    const shares = Object.entries(answer.ok ? answer.value : {}).filter(([, share]) => share > 0);
    const behind = ([id, share]: [string, number]): number => (given[id] ?? 0) / share;
    return shares.toSorted((a, b) => behind(a) - behind(b))[0]?.[0] ?? 'failed';
  };
  const send = async (count: number): Promise<Record<string, number>> => {
    const given: Record<string, number> = {};
    for (let sent = 0; sent < count; sent += 1) {
      const id = await next(given);
      given[id] = (given[id] ?? 0) + 1;
    }
    return given;
  };
  return {
    router,
    call,
    send,
    load: () => {
      const report = { sent: 0, failed: 0 };
      const over = new AbortController();
      const line = (async () => {
        while (!over.signal.aborted) {
          if ((await next(counts)) === 'failed') report.failed += 1;
          report.sent += 1;
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      return {
        report: () => report,
        stop: async () => {
          over.abort();
          await line;
          return report;
        },
      };
    },
    hold: async (): Promise<HeldRequest> => {
      const target = await next({});
      let letGo = (): void => {};
      const ended = new Promise<boolean>((resolve) => (letGo = () => resolve(true)));
      held.set(target, ended);
      return { target, letGo, ended };
    },
    kill: async () => void (down = true),
    close: async () => {},
  };
}
