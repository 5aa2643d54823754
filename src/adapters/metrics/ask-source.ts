import { Agent, request } from 'undici';
import type { MetricSourceSpec } from '../../contracts/config/metric-source.schema.js';
import type { MetricAnswer, MetricFailure } from '../../domain/ports/metric-source.js';
import { err, type Result } from '../../domain/result.js';
import { redact } from '../drivers/driver-environment.js';
import { printable } from '../drivers/output-tail.js';
import { connectionFailure } from '../probes/observation.js';
import { sourceHeaders } from './source-credentials.js';

/** Enough for tens of thousands of samples; a query that gives more is a mistake. */
const BODY_LIMIT = 4 * 1024 * 1024;
const MESSAGE_LIMIT = 1_000;

export type Outcome = Result<MetricAnswer, MetricFailure>;

export interface SourceQuestion {
  readonly url: URL;
  /** A form is sent as POST. */
  readonly form?: URLSearchParams;
}

export interface SourceAnswer {
  readonly status: number;
  readonly body: string;
  /** Who was asked, for messages. */
  readonly place: string;
}

export const failed = (code: MetricFailure['code'], message: string): Outcome =>
  err({ code, message });

/**
 * Puts one question over HTTP, within one time limit over everything. `read` makes
 * of the answer what it means; no secret leaves with the message of a failure.
 */
export async function askSource(
  spec: MetricSourceSpec,
  question: SourceQuestion,
  read: (answer: SourceAnswer) => Outcome,
  signal: AbortSignal,
): Promise<Outcome> {
  if (signal.aborted) return failed('metric/aborted', 'stopped before the source was asked');
  return within(spec.timeout, signal, async (deadline) => {
    const sent = await sourceHeaders(spec, process.env);
    if (!sent.ok) return failed('metric/rejected', sent.error);
    const { headers, secrets } = sent.value;
    const outcome = await exchange(question, headers, read, deadline);
    if (outcome.ok) return outcome;
    const message = printable(redact(outcome.error.message, secrets)).slice(0, MESSAGE_LIMIT);
    return err({ ...outcome.error, message });
  });
}

async function exchange(
  { url, form }: SourceQuestion,
  headers: Readonly<Record<string, string>>,
  read: (answer: SourceAnswer) => Outcome,
  signal: AbortSignal,
): Promise<Outcome> {
  const method = form === undefined ? 'GET' : 'POST';
  const place = `${method} ${url.origin}${url.pathname}`;
  // A connection of its own each time: one kept alive would fail the query after a restart of the source.
  // undici's own limits are off or longer than ours; `within` has the only clock.
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 0 } });
  const type = form && { 'content-type': 'application/x-www-form-urlencoded' };
  try {
    const answer = await request(url, {
      method,
      headers: { accept: 'application/json', ...headers, ...type },
      ...(form && { body: form.toString() }),
      signal,
      dispatcher,
    });
    // What is left unread is cut off with the connection; the error that follows says nothing new.
    answer.body.on('error', () => {});
    const body = await readBody(answer.body);
    if (body === null) {
      return failed('metric/rejected', `${place} answered more than ${BODY_LIMIT} bytes`);
    }
    return read({ status: answer.statusCode, body, place });
  } catch (error) {
    return failed(
      isOurMistake(error) ? 'metric/rejected' : 'metric/unreachable',
      tell(error, place),
    );
  } finally {
    await dispatcher.destroy();
  }
}

async function readBody(body: AsyncIterable<Buffer>): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > BODY_LIMIT) return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A header that HTTP can't carry, say: nothing was sent, and nothing will be. */
const isOurMistake = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('UND_ERR_INVALID');

const tell = (error: unknown, place: string): string => connectionFailure(error, place).message;

/** Does not wait for work that ignores its signal: looking a name up can't be called off. */
async function within(
  timeoutMs: number,
  signal: AbortSignal,
  work: (deadline: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  const deadline = new AbortController();
  let ending = failed('metric/aborted', 'stopped before there was an answer');
  // The first to listen, so that it is heard before the work reports that it was cut off.
  const cut = new Promise<Outcome>((resolve) => {
    deadline.signal.addEventListener('abort', () => resolve(ending), { once: true });
  });
  const onAbort = (): void => deadline.abort();
  const timer = setTimeout(() => {
    ending = failed('metric/timeout', `no answer within ${timeoutMs} ms`);
    deadline.abort();
  }, timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([cut, work(deadline.signal)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    deadline.abort();
  }
}
