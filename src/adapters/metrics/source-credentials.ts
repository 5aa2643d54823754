import type { MetricSourceSpec } from '../../contracts/config/metric-source.schema.js';
import { ok, type Result } from '../../domain/model/result.js';
import type { WorkerEnvironment } from '../drivers/process/driver-environment.js';
import { formsOf, resolveSecrets } from '../net/resolve-secrets.js';

export type Credentials = Pick<MetricSourceSpec, 'headers' | 'bearer' | 'basic'>;

export interface SourceHeaders {
  readonly headers: Readonly<Record<string, string>>;
  /** Never to be shown. */
  readonly secrets: readonly string[];
}

/** What a source is asked with, references looked up anew each time: tokens are renewed while workers run. */
export async function sourceHeaders(
  { headers, bearer, basic }: Credentials,
  environment: WorkerEnvironment,
): Promise<Result<SourceHeaders, string>> {
  const named = await resolveSecrets(headers, environment);
  if (!named.ok) return named;
  const own = await resolveSecrets(
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
    ...[...written, token, password, authorization?.split(' ')[1]]
      .filter((text) => text !== undefined)
      .flatMap(formsOf),
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
