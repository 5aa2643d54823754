import { connect } from 'node:net';
import type { RouterFailure } from '../../../domain/ports/traffic-router.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { parseAddress } from '../../drivers/process/target-address.js';
import { guardedLookup, RefusedAddress, refusalOf } from '../../net/guarded-lookup.js';
import { aborted, failed } from '../base/router-failure.js';

/** Several thousand servers; more is not the answer of a runtime API. */
const LONGEST_ANSWER = 8 * 1024 * 1024;

/** Sends one command and gives back the whole answer, with the empty line that ends a table. */
export type AskHaproxy = (
  command: string,
  signal: AbortSignal,
) => Promise<Result<string, RouterFailure>>;

/**
 * One connection per command: HAProxy closes it after the answer, and a
 * connection that is kept would outlive a reload and talk to the old process.
 */
export const haproxyConnection = (socket: string, timeoutMs: number): AskHaproxy => {
  const tcp = socket.startsWith('/') ? null : tcpAddress(socket);
  const address = tcp ? { ...tcp, lookup: guardedLookup() } : { path: socket };
  const refusal = tcp && refusalOf(tcp.host);
  return (command, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve(aborted());
      if (refusal !== null) return resolve(failed('router/rejected', `HAProxy: ${refusal}`));
      const connection = connect(address);
      const chunks: Buffer[] = [];
      let size = 0;
      const end = (answer: Result<string, RouterFailure>): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        connection.destroy();
        resolve(answer);
      };
      const onAbort = (): void => end(aborted());
      const timer = setTimeout(() => {
        end(failed('router/timeout', `HAProxy at ${socket} did not answer in ${timeoutMs} ms`));
      }, timeoutMs);
      signal.addEventListener('abort', onAbort, { once: true });
      connection.once('connect', () => connection.write(`${command}\n`));
      connection.on('data', (chunk) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size <= LONGEST_ANSWER) return;
        end(failed('router/rejected', `HAProxy's answer to "${command}" has no end`));
      });
      connection.once('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        // Every answer ends with a newline, also the empty one that says "done".
        if (answer.endsWith('\n')) end(ok(answer));
        else end(failed('router/unreachable', `HAProxy hung up in mid-answer to "${command}"`));
      });
      connection.on('error', (error) => end(connectionFailure(error, socket)));
    });
};

function tcpAddress(socket: string): { host: string; port: number } {
  const { host = '', port = null } = parseAddress(socket) ?? {};
  if (port === null) throw new TypeError(`${JSON.stringify(socket)} is no address`);
  return { host, port };
}

function connectionFailure(
  error: NodeJS.ErrnoException,
  socket: string,
): Result<never, RouterFailure> {
  if (error instanceof RefusedAddress)
    return failed('router/rejected', `HAProxy: ${error.message}`);
  const { code = error.message } = error;
  const ours = code === 'EACCES' || code === 'EPERM';
  return ours
    ? failed('router/rejected', `HAProxy's socket ${socket} may not be used here: ${code}`)
    : failed('router/unreachable', `HAProxy can't be reached at ${socket}: ${code}`);
}
