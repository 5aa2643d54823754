import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMetricSource } from '../../../src/adapters/metrics/metric-source-registry.js';
import { MetricSourceSchema } from '../../../src/contracts/config/metric-source.schema.js';
import type { MetricQuery, MetricSource } from '../../../src/domain/ports/metric-source.js';

/** A signal that nobody aborts. */
export const never = (): AbortSignal => new AbortController().signal;

/** From what a configuration file would say. */
export const source = (settings: Record<string, unknown>): MetricSource =>
  createMetricSource(MetricSourceSchema.parse(settings));

/** 2026-01-01T00:00:00Z and the minute before, of which Prometheus hears in seconds. */
export const END = 1_767_225_600_000;
export const asked = (query: string, more: Partial<MetricQuery> = {}): MetricQuery => ({
  query,
  kind: 'instant',
  start: END - 60_000,
  end: END,
  stepMs: 500,
  ...more,
});

export interface FakeServer {
  readonly url: string;
  /** Runs the work while the server takes connections and answers nothing. */
  readonly muted: <T>(work: () => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

export async function serve(answer: RequestListener): Promise<FakeServer> {
  let silent = false;
  const server = createServer((request, response) => {
    if (!silent) answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    muted: async (work) => {
      silent = true;
      return work().finally(() => {
        silent = false;
      });
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Where nobody listens: a port that was just given back. */
export async function closedUrl(): Promise<string> {
  const server = await serve(() => {});
  await server.close();
  return server.url;
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
