import { startHaproxy } from '../../support/haproxy-server.js';
import { haproxyTable } from '../../support/haproxy-table.js';
import { routerOf } from './haproxy-site.js';
import { pairClient } from './pair-client.js';
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
  return {
    web,
    pair,
    clients: [first, second] as const,
    tables: [haproxyTable(pair[0], 'be_api'), haproxyTable(pair[1], 'be_api')] as const,
    call: web.call,
    ...pairClient(first, second),
    router: (settings: object = {}) => routerOf({ socket, ...settings }),
    close: async () => {
      for (const client of clients) client.close();
      for (const haproxy of pair) await haproxy.dispose();
      await web.close();
    },
  };
}
