/**
 * A target of the proof: a small real HTTP server that loses no request when it stops. A version
 * named `2.0.0-dies-at-web-1` ends there while it starts; `2.0.0-sick-at-web-1` says there that it
 * is not well, and answers all the same.
 */
import { createServer } from 'node:http';
import { Server as PortServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const { PORT, VERSION = '', SIGNALBOX_TARGET_ID: target = '' } = process.env;
const [, how, where] = /-(dies|sick)-at-(.+)$/.exec(VERSION) ?? [];
const trouble = where === target || where === 'everywhere' ? how : undefined;
if (trouble === 'dies') throw new Error('can not find the database');

/** How long an answer takes: long enough for some to be under way at any moment. */
const ANSWER_MS = 20;
/** A proxy may just be sending on a connection that it kept. */
const IDLE_GRACE_MS = 500;
const STOP_WITHIN_MS = 5_000;

let stopping = false;
let underWay = 0;

async function answer(path, response) {
  const isCheck = path === '/healthz';
  if (!isCheck && path !== '/version') await delay(ANSWER_MS);
  const well = !stopping && trouble !== 'sick';
  if (stopping) response.setHeader('connection', 'close');
  response.writeHead(isCheck && !well ? 503 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ version: VERSION, target }));
}

const server = createServer((request, response) => {
  underWay += 1;
  response.once('close', () => (underWay -= 1));
  void answer(request.url, response);
});
// Longer than any proxy keeps a connection: who reuses it must be the one to close it.
server.keepAliveTimeout = 120_000;
server.headersTimeout = 125_000;

process.on('SIGTERM', () => {
  if (stopping) return;
  stopping = true;
  // Of the port alone: the close of an http server would cut silent connections at once.
  PortServer.prototype.close.call(server, () => process.exit(0));
  setTimeout(() => server.closeIdleConnections(), IDLE_GRACE_MS).unref();
  setInterval(() => underWay === 0 && server.closeAllConnections(), 2 * IDLE_GRACE_MS).unref();
  setTimeout(() => process.exit(underWay === 0 ? 0 : 1), STOP_WITHIN_MS).unref();
});
server.listen(Number(PORT), '127.0.0.1');
