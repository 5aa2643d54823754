import { once } from 'node:events';
import { Agent, createServer, get, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { environmentName, serviceName, targetId } from '../../../src/domain/model/ids.js';
import type { RouteCall } from '../../../src/domain/ports/traffic-router.js';
import type { HeldRequest, LoadReport } from '../../suites/traffic-router.fixture.js';

/** Small services that answer with their target's id, and keep `/hold` until it is let go. */
export interface WebTargets {
  readonly call: RouteCall;
  addressOf(id: string): string;
  /** Stops one from listening, and brings it back on the same port. */
  fail(id: string): Promise<void>;
  recover(id: string): Promise<void>;
  /** Ends every held request well, as far as the target goes. */
  readonly letGo: () => void;
  close(): Promise<void>;
}

export async function startWebTargets(ids: readonly string[]): Promise<WebTargets> {
  const held = new Set<ServerResponse>();
  const servers = new Map<string, { server: Server; port: number }>();
  const start = async (id: string, port: number): Promise<void> => {
    const server = createServer((request, response) => {
      if (request.url !== '/hold') return void response.end(id);
      // Otherwise nginx keeps the beginning to itself.
      response.setHeader('x-accel-buffering', 'no');
      response.write(id);
      held.add(response);
    });
    // A balancer that keeps a connection must not find it closed between two requests.
    server.keepAliveTimeout = 120_000;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    servers.set(id, { server, port: (server.address() as AddressInfo).port });
  };
  const stop = async (id: string): Promise<void> => {
    const server = servers.get(id)?.server;
    if (server?.listening !== true) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  for (const id of ids) await start(id, 0);
  const addressOf = (id: string): string => `127.0.0.1:${servers.get(id)?.port ?? 0}`;
  const letGo = (): void => {
    for (const response of held) response.end('.');
    held.clear();
  };
  return {
    call: {
      service: serviceName('api'),
      environment: environmentName('production'),
      targets: ids.map((id) => ({
        id: targetId(id),
        name: id,
        address: addressOf(id),
        metadata: {},
      })),
    },
    addressOf,
    fail: stop,
    recover: (id) => start(id, servers.get(id)?.port ?? 0),
    letGo,
    close: async () => {
      letGo();
      await Promise.all(ids.map(stop));
    },
  };
}

/** Sends requests to one address, over connections that are kept or not. */
export function webClient(port: number, { keepAlive }: { keepAlive: boolean }) {
  const agent = new Agent({ keepAlive, maxSockets: 8 });
  const ask = async (path = '/', headers = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, agent, headers }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('error', reject);
        response.on('end', () => resolve(response.statusCode === 200 ? body : 'failed'));
      }).on('error', reject);
    });
  return {
    ask,
    send: async (count: number): Promise<Record<string, number>> => {
      const counts: Record<string, number> = {};
      for (let sent = 0; sent < count; sent += 1) {
        const by = await ask().catch(() => 'failed');
        counts[by] = (counts[by] ?? 0) + 1;
      }
      return counts;
    },
    load: () => {
      const report = { sent: 0, failed: 0 };
      const over = new AbortController();
      const line = async (): Promise<void> => {
        while (!over.signal.aborted) {
          const by = await ask().catch(() => 'failed');
          report.sent += 1;
          if (by === 'failed') report.failed += 1;
        }
      };
      const lines = Promise.all([line(), line(), line(), line()]);
      return {
        report: (): LoadReport => ({ ...report }),
        stop: async (): Promise<LoadReport> => {
          over.abort();
          await lines;
          return report;
        },
      };
    },
    hold: async (letGo: () => void): Promise<HeldRequest> => {
      let target = '';
      const ended = new Promise<boolean>((resolve) => {
        get({ host: '127.0.0.1', port, path: '/hold', agent: new Agent() }, (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => {
            body += chunk.toString();
            target ||= body;
          });
          response.on('end', () => resolve(response.statusCode === 200 && body === `${target}.`));
          response.on('error', () => resolve(false));
        }).on('error', () => resolve(false));
      });
      await vi.waitFor(() => {
        if (target === '') throw new Error('no target has the request yet');
      }, 10_000);
      return { target, letGo, ended };
    },
    close: () => agent.destroy(),
  };
}
