import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { err, ok, type Result } from '../../domain/model/result.js';
import type { JudgedAddress, NetworkGuard } from './network-guard.js';

export interface GuardedRequest {
  readonly url: URL;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** The only clock: over looking the name up, connecting, sending and reading. */
  readonly signal: AbortSignal;
}

export type Answer = Dispatcher.ResponseData;

/** An answer with more of a head than this is cut off. */
const HEAD_BYTES = 16 * 1024;

/**
 * One request to where it may go: the name is looked up once, and the connection
 * goes to the addresses that were judged. A redirect is an answer; it is not followed.
 * What is left unread of the answer is cut off when `use` is done.
 *
 * @returns what `use` made of the answer, or why the request was refused before anything was sent
 * @throws what connecting and reading throw
 */
export async function guardedRequest<Used>(
  guard: NetworkGuard,
  { url, method, headers, body, signal }: GuardedRequest,
  use: (answer: Answer) => Promise<Used> | Used,
): Promise<Result<Used, string>> {
  const problem = urlProblem(url);
  if (problem !== null) return err(problem);
  const judged = await guard.judge(url.hostname);
  if (!judged.ok) return judged;
  signal.throwIfAborted();
  // A connection of its own each time: one kept alive may lead to the process that was just replaced.
  // undici's own limits of time are off: the caller's signal has the only clock.
  const dispatcher = new Agent({
    pipelining: 0,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: HEAD_BYTES,
    connect: { timeout: 0, lookup: pinned(judged.value) },
  });
  try {
    const answer = await request(url, {
      method,
      headers,
      ...(body !== undefined && { body }),
      signal,
      dispatcher,
    });
    // Cut off with the connection: the error that follows says nothing new.
    answer.body.on('error', () => {});
    return ok(await use(answer));
  } finally {
    await dispatcher.destroy();
  }
}

/** What is wrong with a URL, whoever it leads to; its user name is not repeated. */
function urlProblem({ protocol, username, password }: URL): string | null {
  if (!/^https?:$/.test(protocol)) return 'it is not an http or https URL';
  if (username + password === '') return null;
  return 'it has a user or password in front of its host; use headers instead';
}

/** Answers every question for an address with the ones that were judged. */
export function pinned(addresses: readonly JudgedAddress[]): LookupFunction {
  return (_name, { all }, answer) => {
    const [first] = addresses;
    if (all === true) answer(null, [...addresses]);
    else answer(null, first?.address ?? '', first?.family);
  };
}
