import { readFile } from 'node:fs/promises';
import type { MetricSourceSpec } from '../../contracts/config/metric-source.schema.js';
import { err, ok, type Result } from '../../domain/result.js';
import { configuredVariables, type WorkerEnvironment } from '../drivers/driver-environment.js';

export type Credentials = Pick<MetricSourceSpec, 'headers' | 'bearer' | 'basic'>;

export interface SourceHeaders {
  readonly headers: Readonly<Record<string, string>>;
  /** Never to be shown. */
  readonly secrets: readonly string[];
}

const FILE = /^file:(\/.+)$/;

/** What a source is asked with, references looked up anew each time: tokens are renewed while workers run. */
export async function sourceHeaders(
  { headers, bearer, basic }: Credentials,
  environment: WorkerEnvironment,
): Promise<Result<SourceHeaders, string>> {
  const named = await resolve(headers, environment);
  if (!named.ok) return named;
  const own = await resolve(
    {
      ...(bearer === undefined ? {} : { bearer }),
      ...(basic === undefined
        ? {}
        : { 'basic.username': basic.username, 'basic.password': basic.password }),
    },
    environment,
  );
  if (!own.ok) return own;
  const authorization = authorizationOf(own.value.values);
  // Written out in the configuration they are secrets just the same.
  const written = Object.entries(named.value.values).flatMap(([name, value]) =>
    name.toLowerCase() === 'authorization' ? [value] : [],
  );
  const { bearer: token, 'basic.password': password } = own.value.values;
  const secrets = [
    ...named.value.secrets,
    ...own.value.secrets,
    ...written,
    ...[token, password, authorization?.split(' ')[1]].filter((text) => text !== undefined),
  ];
  return ok({
    headers: { ...named.value.values, ...(authorization === undefined ? {} : { authorization }) },
    secrets,
  });
}

function authorizationOf(values: Readonly<Record<string, string>>): string | undefined {
  const { bearer, 'basic.username': username, 'basic.password': password } = values;
  if (bearer !== undefined) return `Bearer ${bearer}`;
  if (username === undefined || password === undefined) return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

interface Resolved {
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

async function resolve(
  configured: Readonly<Record<string, string>>,
  environment: WorkerEnvironment,
): Promise<Result<Resolved, string>> {
  const fromFiles: Record<string, string> = {};
  const others: Record<string, string> = {};
  for (const [name, value] of Object.entries(configured)) {
    const path = FILE.exec(value)?.[1];
    if (path === undefined) {
      others[name] = value;
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop -- one or two, and the first that is missing is told
    const content = await readFile(path, 'utf8').catch(codeOf);
    if (typeof content !== 'string') {
      return err(
        `"${name}" is read from ${path}, which can't be read where the worker runs (${content.code})`,
      );
    }
    fromFiles[name] = content.trim();
  }
  const variables = configuredVariables(others, environment);
  if (!variables.ok) return variables;
  const { values, secrets } = variables.value;
  return ok({
    values: { ...values, ...fromFiles },
    secrets: [...secrets, ...Object.values(fromFiles)],
  });
}

const codeOf = (error: unknown): { readonly code: string } => ({
  code: error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason',
});
