import { haproxyConnection } from '../../../src/adapters/routers/haproxy/haproxy-connection.js';
import { createRouter } from '../../../src/adapters/routers/router-registry.js';
import { RouterSchema } from '../../../src/contracts/config/router.schema.js';
import type { TrafficRouter } from '../../../src/domain/ports/traffic-router.js';
import { type HaproxyOptions, startHaproxy } from '../../support/haproxy-server.js';
import { startWebTargets, webClient } from './web-targets.js';

const IDS = ['web-1', 'web-2', 'web-3'];

export const routerOf = (settings: object): TrafficRouter => {
  const router = createRouter(RouterSchema.parse({ kind: 'haproxy', ...settings }));
  if (router === null) throw new Error('no router');
  return router;
};

/** A real HAProxy before three targets. */
export async function site({
  server = () => 'check inter 100',
  extra = [],
  ...options
}: Partial<HaproxyOptions> & { server?: (id: string) => string; extra?: readonly string[] } = {}) {
  const web = await startWebTargets(IDS);
  const servers = IDS.map((id) => `${id} ${web.addressOf(id)} ${server(id)}`);
  const haproxy = await startHaproxy({ ...options, servers: [...servers, ...extra] });
  const client = webClient(haproxy.port, { keepAlive: true });
  return {
    web,
    haproxy,
    client,
    call: web.call,
    /** What a person types on HAProxy's socket, and what HAProxy answers. */
    type: async (command: string): Promise<string> => {
      const ask = haproxyConnection(haproxy.socket, 5_000);
      const answer = await ask(command, new AbortController().signal);
      if (!answer.ok) throw new Error(answer.error.message);
      return answer.value;
    },
    router: (settings: object = {}) => routerOf({ socket: haproxy.socket, ...settings }),
    close: async () => {
      client.close();
      await haproxy.dispose();
      await web.close();
    },
  };
}
