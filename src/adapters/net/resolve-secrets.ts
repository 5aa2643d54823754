import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { type SecretRef, secretRef } from '../../contracts/values/secret-ref.js';
import { err, ok, type Result } from '../../domain/model/result.js';

type Values = Readonly<Record<string, string>>;

export interface ResolvedValues {
  readonly values: Values;
  /** Every form in which a resolved value may come back in somebody's output: never to be shown. */
  readonly secrets: readonly string[];
}

/** A secret is a line or a certificate; what is larger was named by mistake. */
const MOST_BYTES = 64 * 1024;

/**
 * Looks up what a configuration only names: `env:NAME` and `file:/path`, where the
 * worker runs and at the moment of use, for secrets are renewed while workers run.
 * Only what comes back from here is used; nothing of it is stored.
 *
 * @returns an error that names the field and where it is taken from, never a value
 */
export async function resolveSecrets(
  configured: Values,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<ResolvedValues, string>> {
  const values: [string, string][] = [];
  const secrets: string[] = [];
  for (const [name, value] of Object.entries(configured)) {
    const ref = secretRef(value);
    // oxlint-disable-next-line no-await-in-loop -- a few, and the first that is missing is told
    const resolved = ref === null ? ok(value) : await lookUp(ref, name, environment);
    if (!resolved.ok) return resolved;
    values.push([name, resolved.value]);
    if (ref !== null) secrets.push(...formsOf(resolved.value));
  }
  return ok({ values: Object.fromEntries(values), secrets });
}

async function lookUp(
  ref: SecretRef,
  field: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<string, string>> {
  if (ref.from === 'env') {
    const value = environment[ref.name];
    if (value !== undefined) return ok(value);
    return err(`"${field}" is taken from ${ref.name}, which is not set where the worker runs`);
  }
  const content = await read(ref.path);
  if (content.ok) return ok(content.value.trim());
  return err(
    `"${field}" is read from ${ref.path}, which can't be read where the worker runs (${content.error})`,
  );
}

async function read(path: string): Promise<Result<string, string>> {
  try {
    // Without waiting: a pipe that nobody writes to would hold a thread for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile()) return err('not a file');
      if (found.size > MOST_BYTES) return err(`more than ${MOST_BYTES} bytes`);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
      return ok(buffer.toString('utf8', 0, bytesRead));
    } finally {
      await file.close();
    }
  } catch (error) {
    return err(error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason');
  }
}

/** A secret as it is, line by line, and as JSON, URLs and basic authentication write it. */
export function formsOf(secret: string): readonly string[] {
  // What can't be written as UTF-8 can't be written in a URL either.
  const wellFormed = Buffer.from(secret).toString();
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [
    ...new Set([
      secret,
      ...lines.filter((line) => line.length >= SHORTEST_LINE),
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(wellFormed),
      new URLSearchParams({ s: secret }).toString().slice(2),
      Buffer.from(secret).toString('base64'),
    ]),
  ];
}

/** A shorter line of a longer secret is told apart from ordinary text by nobody. */
const SHORTEST_LINE = 8;
