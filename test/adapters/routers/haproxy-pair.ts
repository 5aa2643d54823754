import { startHaproxy } from '../../support/haproxy-server.js';
import { haproxyTable } from '../../support/haproxy-table.js';
import type { LoadReport } from '../../suites/traffic-router.fixture.js';
import { routerOf } from './haproxy-site.js';
import { startWebTargets, webClient } from './web-targets.js';

const IDS = ['web-1', 'web-2', 'web-3'];

/** Two real HAProxies side by side before three targets, and a client that uses both. */
export async function haproxyPair() {
  const web = await startWebTargets(IDS);
  const servers = IDS.map((id) => `${id} ${web.addressOf(id)} check inter 100`);
  const pair = [await startHaproxy({ servers }), await startHaproxy({ servers })] as const;
  const clients = pair.map(({ port }) => webClient(port, { keepAlive: true }));
  const [first, second] = clients;
  if (first === undefined || second === undefined) throw new Error('no pair');
  const socket = pair.map((one) => one.socket);
  const send = async (count: number): Promise<Record<string, number>> => {
    // As many through each, so that the mean of both is what either one should give.
    const counts = [await first.send(count), await second.send(count)];
    const ids = new Set(counts.flatMap((one) => Object.keys(one)));
    const mean = (id: string): number => counts.reduce((all, one) => all + (one[id] ?? 0), 0) / 2;
    return Object.fromEntries([...ids].map((id) => [id, mean(id)]));
  };
  return {
    web,
    pair,
    clients: [first, second] as const,
    tables: [haproxyTable(pair[0], 'be_api'), haproxyTable(pair[1], 'be_api')] as const,
    call: web.call,
    send,
    load: () => {
      const loads = clients.map((client) => client.load());
      const sum = (reports: readonly LoadReport[]): LoadReport => ({
        sent: reports.reduce((all, { sent }) => all + sent, 0),
        failed: reports.reduce((all, { failed }) => all + failed, 0),
      });
      return {
        report: () => sum(loads.map((load) => load.report())),
        stop: async () => sum(await Promise.all(loads.map((load) => load.stop()))),
      };
    },
    router: (settings: object = {}) => routerOf({ socket, ...settings }),
    close: async () => {
      for (const client of clients) client.close();
      for (const haproxy of pair) await haproxy.dispose();
      await web.close();
    },
  };
}
