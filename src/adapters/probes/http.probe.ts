import { Agent, request, type Dispatcher } from 'undici';
import type { HttpCheckSpec } from '../../contracts/config/check.schema.js';
import type { HealthProbe, ProbeSubject } from '../../domain/ports/health-probe.js';
import { err, ok, type Result } from '../../domain/result.js';
import { configuredVariables, redact } from '../drivers/driver-environment.js';
import { printable } from '../drivers/output-tail.js';
import { fill, subjectPlaceholders } from '../drivers/placeholders.js';
import { connectionFailure, healthy, probeOf, unhealthy, unknown, within } from './observation.js';
import type { Finding } from './observation.js';

const BODY_LIMIT = 64 * 1024;
const EXCERPT = 200;

interface Question {
  readonly url: URL;
  readonly expectedBody: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** Asks for a URL. Redirects are answers, not followed. */
export const createHttpProbe = (spec: HttpCheckSpec): HealthProbe =>
  probeOf(spec, `http ${withoutSecrets(spec.url)}`, async (subject, signal) => {
    const question = prepare(spec, subject);
    if (!question.ok) return unknown(question.error);
    return within(spec.timeout, signal, (deadline) => ask(spec, question.value, deadline));
  });

function prepare(spec: HttpCheckSpec, subject: ProbeSubject): Result<Question, string> {
  const values = subjectPlaceholders(subject);
  const text = fill(spec.url, values);
  if (!text.ok) return text;
  const url = URL.canParse(text.value) ? new URL(text.value) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return err(`${JSON.stringify(withoutSecrets(text.value))} is not an http or https URL`);
  }
  const body = spec.expectedBody === undefined ? ok(undefined) : fill(spec.expectedBody, values);
  if (!body.ok) return body;
  const headers = configuredVariables(spec.headers, process.env);
  if (!headers.ok) return headers;
  const { values: sent, secrets } = headers.value;
  return ok({ url, expectedBody: body.value, headers: sent, secrets });
}

async function ask(spec: HttpCheckSpec, question: Question, signal: AbortSignal): Promise<Finding> {
  const { url, headers, secrets } = question;
  const place = `${spec.method} ${url.origin}${url.pathname}`;
  // A connection of its own each time: one kept alive may lead to the process that was just replaced.
  // undici's own limits are longer than ours, or off; `within` has the only clock.
  const dispatcher = new Agent({
    pipelining: 0,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: 0 },
  });
  try {
    const answer = await request(url, { method: spec.method, headers, signal, dispatcher });
    return await judge(spec, question, answer, place);
  } catch (error) {
    const { message, ...rest } = connectionFailure(error, place);
    return { ...rest, message: redact(message, secrets) };
  } finally {
    await dispatcher.destroy();
  }
}

async function judge(
  { expectedStatus }: HttpCheckSpec,
  { expectedBody, secrets }: Question,
  { statusCode, body }: Dispatcher.ResponseData,
  place: string,
): Promise<Finding> {
  // Left unread, and cut off with the connection: the error that follows says nothing new.
  body.on('error', () => {});
  const details = { status: statusCode };
  if (statusCode !== expectedStatus) {
    const seen = await readUntil(body, '', EXCERPT).catch(() => '');
    const excerpt = printable(redact(seen, secrets)).slice(0, EXCERPT);
    return unhealthy(`${place} answered ${statusCode}, expected ${expectedStatus}`, {
      ...details,
      ...(excerpt === '' ? {} : { body: excerpt }),
    });
  }
  if (expectedBody === undefined) return healthy(`${place} answered ${statusCode}`, details);
  const seen = await readUntil(body, expectedBody, BODY_LIMIT);
  if (seen.includes(expectedBody)) {
    return healthy(`${place} answered ${statusCode} with the expected body`, details);
  }
  return unhealthy(`${place} answered without ${JSON.stringify(expectedBody)} in its body`, {
    ...details,
    body: printable(redact(seen, secrets)).slice(0, EXCERPT),
  });
}

/** The start of a body, no further than to the text that was looked for. */
async function readUntil(
  body: AsyncIterable<Buffer>,
  wanted: string,
  limit: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= limit) break;
    if (wanted !== '' && Buffer.concat(chunks).includes(wanted)) break;
  }
  return Buffer.concat(chunks).subarray(0, limit).toString('utf8');
}

/** A query and a user name may hold a token. */
const withoutSecrets = (url: string): string =>
  url.replace(/\?.*$/s, '').replace(/\/\/[^/@]*@/, '//');
