import { once } from 'node:events';
import { createServer, type RequestListener, type Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { CheckSchema } from '../../../src/contracts/config/check.schema.js';
import { createProbe } from '../../../src/adapters/probes/probe-registry.js';
import type { HealthProbe, ProbeSubject } from '../../../src/domain/ports/health-probe.js';
import type { Target } from '../../../src/domain/model/target.js';
import { environmentName, serviceName, targetId, version } from '../../../src/domain/model/ids.js';

/** A signal that nobody aborts. */
export const never = (): AbortSignal => new AbortController().signal;

/** From what a configuration file would say. */
export const probe = (settings: Record<string, unknown>): HealthProbe =>
  createProbe(CheckSchema.parse(settings));

export const subject = (target: Partial<Target> | null = {}): ProbeSubject => ({
  service: serviceName('api'),
  environment: environmentName('production'),
  version: version('1.4.2'),
  target: target && {
    id: targetId('web-1'),
    name: 'web 1',
    address: '127.0.0.1:1',
    metadata: {},
    ...target,
  },
});

export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return addressOf(server);
}

export async function serve(
  answer: RequestListener,
): Promise<{ server: HttpServer; address: string }> {
  const server = createServer(answer);
  return { server, address: await listen(server) };
}

export async function shut(server: Server): Promise<void> {
  if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') {
    server.closeAllConnections();
  }
  server.close();
  await once(server, 'close');
}

/** An address that refuses connections: one that was just given back. */
export async function closedAddress(): Promise<string> {
  const { server, address } = await serve(() => {});
  await shut(server);
  return address;
}

const addressOf = (server: Server): string => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  const { port } = server.address() as AddressInfo;
  return `127.0.0.1:${port}`;
};
