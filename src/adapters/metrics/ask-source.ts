import type { MetricSourceSpec } from '../../contracts/config/metric-source.schema.js';
import type { MetricAnswer } from '../../domain/ports/metric-source.js';
import { err, ok, type Result } from '../../domain/model/result.js';
import { redact } from '../drivers/process/driver-environment.js';
import { printable } from '../drivers/process/output-tail.js';
import { guardedRequest } from '../net/guarded-request.js';
import type { NetworkGuard } from '../net/network-guard.js';
import { connectionFailure } from '../probes/observation.js';
import { sourceHeaders } from './source-credentials.js';
import type { MetricFailure } from '../../domain/model/deployment/measurement.js';

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
  /** What it says of the time (epoch milliseconds, to the second); `null` where it says nothing. */
  readonly date: number | null;
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
  guard: NetworkGuard,
): Promise<Outcome> {
  if (signal.aborted) return failed('metric/aborted', 'stopped before the source was asked');
  return within(spec.timeout, signal, async (deadline) => {
    const sent = await sourceHeaders(spec, process.env);
    if (!sent.ok) return failed('metric/rejected', sent.error);
    const { headers, secrets } = sent.value;
    const hide = (text: string): string => redact(printable(text), secrets);
    // An error is cut to size when it is read: by then no secret may be left to be cut in half.
    const readHidden = (answer: SourceAnswer): Outcome =>
      read(isSuccess(answer) ? answer : { ...answer, body: hide(answer.body) });
    const outcome = await exchange(question, headers, readHidden, { guard, signal: deadline });
    if (outcome.ok) return ok(hidden(outcome.value, hide));
    const message = hide(outcome.error.message).slice(0, MESSAGE_LIMIT);
    return err({ ...outcome.error, message });
  });
}

/** Whatever of an answer people get to read. */
const hidden = (answer: MetricAnswer, hide: (text: string) => string): MetricAnswer => ({
  ...answer,
  ...(answer.warnings && { warnings: answer.warnings.map(hide) }),
  ...(answer.infos && { infos: answer.infos.map(hide) }),
  ...(answer.notNumberSeries && { notNumberSeries: answer.notNumberSeries.map(hide) }),
});

const isSuccess = ({ status }: SourceAnswer): boolean => status >= 200 && status < 300;

async function exchange(
  { url, form }: SourceQuestion,
  headers: Readonly<Record<string, string>>,
  read: (answer: SourceAnswer) => Outcome,
  { guard, signal }: { readonly guard: NetworkGuard; readonly signal: AbortSignal },
): Promise<Outcome> {
  const method = form === undefined ? 'GET' : 'POST';
  const place = `${method} ${url.origin}${url.pathname}`;
  const type = form && { 'content-type': 'application/x-www-form-urlencoded' };
  try {
    const asked = await guardedRequest(
      guard,
      {
        url,
        method,
        headers: { accept: 'application/json', ...headers, ...type },
        body: form?.toString(),
        signal,
      },
      async ({ statusCode, headers: its, body }) => ({
        statusCode,
        date: dateOf(its['date']),
        text: await readBody(body),
      }),
    );
    if (!asked.ok) return failed('metric/rejected', `${place}: ${asked.error}`);
    const { statusCode, date, text } = asked.value;
    if (text === null) {
      return failed('metric/rejected', `${place} answered more than ${BODY_LIMIT} bytes`);
    }
    return read({ status: statusCode, body: text, place, date });
  } catch (error) {
    return failed(
      isOurMistake(error) ? 'metric/rejected' : 'metric/unreachable',
      tell(error, place),
    );
  }
}

function dateOf(header: string | string[] | undefined): number | null {
  const date = typeof header === 'string' ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? null : date;
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
