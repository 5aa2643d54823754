import type { FastifyInstance } from 'fastify';
import type { ApiPorts } from './http/api-ports.js';
import { type AppOptions, buildApp } from './app.js';
import { bareHost } from './http/site.js';

export interface ServerOptions extends AppOptions {
  /** 0 for any that is free. */
  readonly port: number;
}

export interface Server {
  /** A URL that a browser on this machine can open. */
  readonly address: string;
  /** Ends open connections as well, kept alive or not. */
  close(): Promise<void>;
}

/** Starts the HTTP surface on this host and nowhere else. */
export async function createServer(ports: ApiPorts, options: ServerOptions): Promise<Server> {
  const app = buildApp(ports, options);
  try {
    await app.listen({ host: bareHost(options.host), port: options.port });
  } catch (error) {
    await app.close();
    throw error;
  }
  return { address: addressOf(app, options.host), close: () => app.close() };
}

const REACHED_BY: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

function addressOf(app: FastifyInstance, host: string): string {
  const bound = app.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const bare = bareHost(host);
  const reached = REACHED_BY[bare] ?? bare;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}
