import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import { guardedLookup, refusalOf } from '../../net/guarded-lookup.js';
import { isAlive, type ProcessIdentity } from '../process/process-identity.js';
import { hostAndPort } from '../process/target-address.js';

export interface Readiness {
  readonly process: ProcessIdentity;
  readonly host: string;
  readonly port: number;
  /** Answers 2xx when ready; without it, a port that accepts connections will do. */
  readonly path: string | undefined;
  readonly timeoutMs: number;
}

const ONE_LOOK_MS = 5_000;
const BETWEEN_LOOKS_MS = 50;

export async function waitUntilReady(
  readiness: Readiness,
  signal: AbortSignal,
): Promise<'ready' | 'exited' | 'timed_out' | 'aborted'> {
  const until = performance.now() + readiness.timeoutMs;
  for (;;) {
    if (signal.aborted) return 'aborted';
    const left = until - performance.now();
    if (left <= 0) return 'timed_out';
    const ready = await looksReady(readiness, Math.min(left, ONE_LOOK_MS), signal);
    // Looked at last: an answer may have come from something else on that port while ours has ended.
    if (!isAlive(readiness.process)) return 'exited';
    if (ready) return 'ready';
    await sleep(BETWEEN_LOOKS_MS, undefined, { signal }).catch(() => {});
  }
}

async function looksReady(
  { host, port, path }: Readiness,
  withinMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(withinMs))]);
  const place = reachable(host);
  // The address may be a publisher's: not even whether something answers there is for them to know.
  if (refusalOf(place) !== null) return false;
  try {
    return await (path === undefined
      ? accepts(place, port, limit)
      : answers(new URL(`http://${hostAndPort(place, port)}`), path, limit));
  } catch {
    return false;
  }
}

async function answers(origin: URL, path: string, signal: AbortSignal): Promise<boolean> {
  // A URL writes numbers such as 0xa9fea9fe as the address they are, which is then not looked up.
  if (refusalOf(bareHost(origin)) !== null) return false;
  const client = new Client(origin, { connect: { lookup: guardedLookup() } });
  try {
    const { statusCode } = await client.request({ path, method: 'GET', signal });
    return statusCode >= 200 && statusCode < 300;
  } finally {
    await client.destroy();
  }
}

const accepts = (host: string, port: number, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, signal, lookup: guardedLookup() });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** A service that listens everywhere is looked for on the loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
