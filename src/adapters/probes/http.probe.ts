import type { HttpCheckSpec } from '../../contracts/config/check.schema.js';
import type { HealthProbe, ProbeSubject } from '../../domain/ports/health-probe.js';
import { err, ok, type Result } from '../../domain/model/result.js';
import { redact } from '../drivers/process/driver-environment.js';
import { printable } from '../drivers/process/output-tail.js';
import {
  fill,
  type PlaceholderValues,
  subjectPlaceholders,
} from '../drivers/process/placeholders.js';
import { type Answer, guardedRequest } from '../net/guarded-request.js';
import type { NetworkGuard } from '../net/network-guard.js';
import { resolveSecrets } from '../net/resolve-secrets.js';
import { connectionFailure, healthy, probeOf, unhealthy, unknown, within } from './observation.js';
import type { Finding } from './observation.js';

const BODY_LIMIT = 64 * 1024;
const EXCERPT = 200;
/** Read beyond what is shown, so that a secret that is cut in half falls in the part that is dropped. */
const MARGIN = 4_096;

interface Question {
  readonly url: URL;
  readonly expectedBody: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** Asks for a URL, where the guard lets it. Redirects are answers, not followed. */
export const createHttpProbe = (spec: HttpCheckSpec, guard: NetworkGuard): HealthProbe =>
  probeOf(spec, `http ${withoutSecrets(spec.url)}`, async (subject, signal) =>
    within(spec.timeout, signal, async (deadline) => {
      const question = await prepare(spec, subject);
      if (!question.ok) return unknown(question.error);
      return ask(spec, question.value, guard, deadline);
    }),
  );

async function prepare(
  spec: HttpCheckSpec,
  subject: ProbeSubject,
): Promise<Result<Question, string>> {
  const values = subjectPlaceholders(subject);
  const text = fill(spec.url, inUrl(values));
  if (!text.ok) return text;
  const url = URL.canParse(text.value) ? new URL(text.value) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return err(`${JSON.stringify(withoutSecrets(text.value))} is not an http or https URL`);
  }
  const body = spec.expectedBody === undefined ? ok(undefined) : fill(spec.expectedBody, values);
  if (!body.ok) return body;
  const headers = await resolveSecrets(spec.headers, process.env);
  if (!headers.ok) return headers;
  const { values: sent, secrets } = headers.value;
  return ok({ url, expectedBody: body.value, headers: sent, secrets });
}

/** A version stays in its place in the URL: what is not of a tag, digest or path is percent-encoded. */
const inUrl =
  (values: PlaceholderValues): PlaceholderValues =>
  (name) =>
    name === 'version'
      ? values(name)?.replaceAll(/[^A-Za-z0-9._/@+:~=-]+/gu, encodeURIComponent)
      : values(name);

async function ask(
  spec: HttpCheckSpec,
  question: Question,
  guard: NetworkGuard,
  signal: AbortSignal,
): Promise<Finding> {
  const { url, headers, secrets } = question;
  const { method } = spec;
  const place = `${method} ${url.origin}${url.pathname}`;
  try {
    const found = await guardedRequest(guard, { url, method, headers, signal }, (answer) =>
      judge(spec, question, answer, place),
    );
    return found.ok ? found.value : unknown(`did not look at ${place}: ${found.error}`);
  } catch (error) {
    const { message, ...rest } = connectionFailure(error, place);
    return { ...rest, message: redact(message, secrets) };
  }
}

async function judge(
  { expectedStatus }: HttpCheckSpec,
  { expectedBody, secrets }: Question,
  { statusCode, body }: Answer,
  place: string,
): Promise<Finding> {
  const details = { status: statusCode };
  if (statusCode !== expectedStatus) {
    const seen = await readUntil(body, '', EXCERPT + MARGIN).catch(() => '');
    const excerpt = excerptOf(seen, secrets);
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
    body: excerptOf(seen, secrets),
  });
}

/** Made printable first: a secret must not hide behind colours. */
const excerptOf = (body: string, secrets: readonly string[]): string =>
  redact(printable(body), secrets).slice(0, EXCERPT);

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
