import { closeSync, openSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryRouter } from '../../src/adapters/memory/memory-router.js';
import type { TargetId } from '../../src/domain/ids.js';
import type { RouteCall, TrafficShares } from '../../src/domain/ports/traffic-router.js';
import { Chance } from './chance.js';
import { fleetOf } from './fleet.js';
import { type TargetCall, TargetHost } from './target-host.js';

/**
 * All targets and the router, in a process that no fault of the run touches:
 * what it writes down is what really happened.
 */
const { LEDGER = '', SEED = '1', SERVICES = '40' } = process.env;
const services = fleetOf(Number(SERVICES));
const ledger = openSync(LEDGER, 'a');
let entries = 0;
const host = new TargetHost(services, Number(SEED), (entry) => {
  writeSync(ledger, `${JSON.stringify(entry)}\n`);
  return (entries += 1);
});
const chance = new Chance(Number(SEED)).stream('router');
const router = new MemoryRouter({
  timeoutMs: 1_000,
  fault: () =>
    !host.calm && chance.happens(0.01)
      ? { code: 'router/unreachable', message: 'the router is away', transient: true }
      : null,
});

interface RouterBody {
  readonly call: RouteCall;
  readonly shares: TrafficShares;
  readonly target: TargetId;
}

const never = new AbortController().signal;
const ROUTES: Readonly<Record<string, (body: never, gone: () => boolean) => unknown>> = {
  '/apply': (call: TargetCall, gone) => host.apply(call, gone),
  '/settle': (call: TargetCall) => host.settle(call),
  '/version': ({ target }: TargetCall) => host.versionOf(target),
  '/refused': () => host.refused,
  '/calm': () => (host.calm = true),
  '/versions': () =>
    Object.fromEntries(
      services.flatMap(({ targets }) => targets.map(({ id }) => [id, host.versionOf(id)])),
    ),
  '/router/shares': ({ call }: RouterBody) => router.shares(call, never),
  '/router/look': ({ call }: RouterBody) => router.look(call, never),
  '/router/setShares': ({ call, shares }: RouterBody) => router.setShares(call, shares, never),
  '/router/drain': ({ call, target }: RouterBody) => router.drain(call, target, never),
  '/router/ready': ({ call, target }: RouterBody) => router.ready(call, target, never),
};

async function bodyOf(request: IncomingMessage): Promise<never> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString() || 'null') as never;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = ROUTES[request.url ?? ''];
  const said = await route?.(await bodyOf(request), () => response.destroyed);
  if ((said as { kind?: string } | null)?.kind === 'silence') return;
  response.end(JSON.stringify(said ?? null));
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
// Whoever is never answered waits as long as it likes.
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => {
  closeSync(ledger);
  process.exit(0);
});
