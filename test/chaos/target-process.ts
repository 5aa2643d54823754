import { closeSync, openSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Move } from '../lives/place.js';
import { Chance } from './chance.js';
import { fleetOf } from './fleet.js';
import type { LedgerEntry } from './ledger.js';
import { type RouterBody, RouterHost } from './router-host.js';
import { RouterTable } from './router-table.js';
import { type TargetCall, TargetHost } from './target-host.js';

/**
 * All targets and the router, in a process that no fault of the run touches:
 * what it writes down is what really happened.
 */
/** The router's table is read this often. */
const SAMPLE_MS = 50;

const { LEDGER = '', SEED = '1', SERVICES = '40' } = process.env;
const services = fleetOf(Number(SERVICES));
const ledger = openSync(LEDGER, 'a');
let entries = 0;
const write = (entry: LedgerEntry): number => {
  writeSync(ledger, `${JSON.stringify(entry)}\n`);
  return (entries += 1);
};
const host = new TargetHost(services, Number(SEED), write, (phase, call) => {
  const { service, target, version, worker } = call;
  router.applied(phase, service, { target, version, by: worker });
});
const chance = new Chance(Number(SEED)).stream('router');
const router = new RouterHost(services);
setInterval(() => router.sample(), SAMPLE_MS);

/** The router answers in passing that it is away; or does it, and never answers. */
function asked(method: string): (body: RouterBody) => unknown {
  return (body) => {
    const odds = host.calm ? 1 : chance.next();
    if (odds < 0.01) return RouterTable.away();
    const said = router.call(method, body);
    return odds < 0.013 ? { kind: 'silence' } : said;
  };
}

interface WorldBody {
  readonly service: string;
  readonly move: Move;
}

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
  '/observe': ({ target }: TargetCall) => host.markOf(target),
  '/router/shares': asked('shares'),
  '/router/look': asked('look'),
  '/router/setShares': asked('setShares'),
  '/router/drain': asked('drain'),
  '/router/ready': asked('ready'),
  '/world/move': ({ service, move }: WorldBody) => router.move(service, move),
  '/world/away': ({ ms }: { ms: number }) => router.away(ms),
  '/world/woke': ({ pid }: { pid: number }) => router.woke(pid),
  '/world/lift': () => router.lift(),
  '/judged': () => router.judged(),
  '/table': ({ service }: WorldBody) => router.tableOf(service),
  '/story': ({ service }: WorldBody) => router.storyOf(service),
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
