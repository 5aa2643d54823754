/**
 * A small shop to deploy: it says which version answers, measures itself for
 * Prometheus, and can be made to fail or to be slow (see behaviour.mjs).
 *
 * GET /            the version and target that answer; a query string changes the behaviour for once
 * GET /healthz     200 while it serves, 503 while it stops
 * GET /metrics     http_requests_total, http_requests_in_flight and http_request_duration_seconds of GET /
 * PUT /behaviour   a query string changes the behaviour for good
 *
 * SIGTERM loses no request: the port is closed first, what is under way is finished, and a
 * connection that was kept alive is closed with the answer to its last request.
 */
import { createServer } from 'node:http';
import { Server as PortServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { behaviourOf, fateOf, overridden } from './behaviour.mjs';

const { PORT = '8080', HOST = '127.0.0.1', VERSION: version = 'unknown' } = process.env;
const target = process.env.SIGNALBOX_TARGET_ID ?? '';
/** How long a silent connection is kept for a last request; a proxy may be sending one now. */
const IDLE_GRACE_MS = Number(process.env.IDLE_GRACE_MS ?? 500);
const STOP_WITHIN_MS = 5_000;

const registry = new Registry();
const requests = new Counter({
  name: 'http_requests_total',
  help: 'Answers, by version, target and status code.',
  labelNames: ['version', 'code', 'target'],
  registers: [registry],
});
const inFlight = new Gauge({
  name: 'http_requests_in_flight',
  help: 'Requests that are being answered, by version and target.',
  labelNames: ['version', 'target'],
  registers: [registry],
});
const duration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time to answer, by version and target.',
  labelNames: ['version', 'target'],
  buckets: [
    0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2,
    0.3, 0.5, 1, 2.5, 5,
  ],
  registers: [registry],
});

let behaviour = behaviourOf(process.env, version);
let answered = 0;
let underWay = 0;
let stopping = false;

const routes = {
  'GET /': shop,
  'GET /healthz': () => [stopping ? 503 : 200, { status: stopping ? 'stopping' : 'ok', version }],
  'GET /metrics': async () => [200, await registry.metrics(), registry.contentType],
  'PUT /behaviour': (query) => {
    behaviour = overridden(behaviour, query);
    return [200, behaviour];
  },
};

async function shop(query) {
  const stop = duration.startTimer({ version, target });
  inFlight.inc({ version, target });
  const { fails, delayMs } = fateOf(
    overridden(behaviour, query),
    `${version}/${target}`,
    answered++,
  );
  if (delayMs > 0) await delay(delayMs);
  const code = fails ? 500 : 200;
  requests.inc({ version, target, code });
  inFlight.dec({ version, target });
  stop();
  return [code, { version, target, ...(fails ? { error: 'injected' } : {}) }];
}

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
  const route = `${request.method} ${pathname}`;
  const [status, body, type = 'application/json'] = Object.hasOwn(routes, route)
    ? await routes[route](searchParams)
    : [404, { error: `nothing at ${route}` }];
  // Told with the answer, so that nobody sends another request on the way to a closed door.
  if (stopping) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': type });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

const server = createServer((request, response) => {
  request.resume();
  underWay += 1;
  response.once('close', () => (underWay -= 1));
  answer(request, response).catch((error) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ version, target, error: error.message }));
  });
});
// Longer than any proxy keeps a connection: who reuses it must be the one to close it.
server.keepAliveTimeout = 120_000;
server.headersTimeout = 125_000;

// A second one changes nothing.
process.on('SIGTERM', () => {
  if (stopping) return;
  stopping = true;
  // Of the port alone: the close of an http server would cut silent connections at once.
  PortServer.prototype.close.call(server, () => process.exit(0));
  setTimeout(() => server.closeIdleConnections(), IDLE_GRACE_MS).unref();
  // Those that never carried a request are not idle to Node.
  setInterval(() => underWay === 0 && server.closeAllConnections(), 2 * IDLE_GRACE_MS).unref();
  setTimeout(() => process.exit(underWay === 0 ? 0 : 1), STOP_WITHIN_MS).unref();
  console.log(`version ${version} stops`);
});
server.once('error', (error) => {
  console.error(`version ${version} can't listen on ${HOST}:${PORT}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(PORT), HOST, () =>
  console.log(`version ${version} listens on ${HOST}:${PORT}`),
);
