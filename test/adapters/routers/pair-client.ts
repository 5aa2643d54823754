import type { LoadReport, TrafficRouterFixture } from '../../suites/traffic-router.fixture.js';
import { webClient } from './web-targets.js';

type Client = ReturnType<typeof webClient>;

/** Sends requests through two balancers side by side. */
export function pairClient(
  first: Client,
  second: Client,
): Pick<TrafficRouterFixture, 'send' | 'load'> {
  const clients = [first, second];
  const sum = (reports: readonly LoadReport[]): LoadReport => ({
    sent: reports.reduce((all, { sent }) => all + sent, 0),
    failed: reports.reduce((all, { failed }) => all + failed, 0),
  });
  return {
    // As many through each, so that the mean of both is what either one should give.
    send: async (count) => {
      const counts = [await first.send(count), await second.send(count)];
      const ids = new Set(counts.flatMap((one) => Object.keys(one)));
      const mean = (id: string): number => counts.reduce((all, one) => all + (one[id] ?? 0), 0) / 2;
      return Object.fromEntries([...ids].map((id) => [id, mean(id)]));
    },
    load: () => {
      const loads = clients.map((client) => client.load());
      return {
        report: () => sum(loads.map((load) => load.report())),
        stop: async () => sum(await Promise.all(loads.map((load) => load.stop()))),
      };
    },
  };
}
