import { ANY } from '../../adapters/config/environments-of.js';
import { configHere, loadConfig } from '../../adapters/config/load-config.js';
import { RedisFlagStore } from '../../adapters/flags/flag-store.redis.js';
import { FlagdFileStore } from '../../adapters/flags/flagd-file.store.js';
import type { RedisClient } from '../../adapters/redis/connection/connection.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import { type EnvironmentName, environmentName } from '../../domain/model/ids.js';
import type { FlagKeeper } from '../../domain/ports/flag-store.js';

interface Wanted {
  readonly client: RedisClient;
  readonly namespace: string;
  readonly environments: readonly EnvironmentName[];
  /** Else the configuration in the working folder. */
  readonly config: string | undefined;
}

/** Redis for each environment, and each flag file that a configuration names. */
export async function flagKeepersHere({
  client,
  namespace,
  environments,
  config: path,
}: Wanted): Promise<readonly FlagKeeper[]> {
  const file = path ?? configHere();
  const config = file === undefined ? null : await loadConfig(file);
  const services = Object.values(config?.services ?? {});
  const named = services.flatMap(({ environments: own }) =>
    Object.keys(own).flatMap((name) => (name === ANY ? [] : [environmentName(name)])),
  );
  const paths = services
    .flatMap((service) => [service, ...Object.values(service.environments)])
    .flatMap(({ flags }) => (flags?.kind === 'flagd_file' ? [flags.path] : []));
  return [
    ...[...new Set([...environments, ...named])].map(
      (environment) => new RedisFlagStore(client, { namespace, environment }),
    ),
    ...[...new Set(paths)].map((each) => new FlagdFileStore(each, systemClock)),
  ];
}
