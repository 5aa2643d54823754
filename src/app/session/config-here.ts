import { effectiveConfig, effectiveService } from '../../adapters/config/effective-service.js';
import { configFile, loadConfig } from '../../adapters/config/load-config.js';
import type {
  CheckedConfig,
  ConfigFlags,
  ShowConfigFlags,
  ShownConfig,
} from '../../cli/session/cli-ports.js';
import { didYouMean } from '../../contracts/problems/near-miss.js';
import { DEFAULT_ENVIRONMENT, environmentName } from '../../domain/model/ids.js';
import { ok, type Result } from '../../domain/model/result.js';
import type { PlanRefusal } from '../../domain/strategies/parts/strategy.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Reads and checks the configuration as a worker would at its start. @throws ConfigError */
export async function checkedConfig(
  { config: path }: ConfigFlags,
  env: Env,
): Promise<CheckedConfig> {
  const file = configFile(path ?? env['SIGNALBOX_CONFIG']);
  const config = await loadConfig(file);
  return { file, services: Object.keys(config.services) };
}

/** What the configuration comes to, with secrets hidden. @throws ConfigError */
export async function shownConfig(
  { config: path, service, environment = environmentName(DEFAULT_ENVIRONMENT) }: ShowConfigFlags,
  env: Env,
): Promise<Result<ShownConfig, PlanRefusal>> {
  const config = await loadConfig(configFile(path ?? env['SIGNALBOX_CONFIG']));
  if (service === undefined) return ok({ shown: effectiveConfig(config), hint: null });
  const found = effectiveService(config, { service, environment });
  if (!found.ok) return found;
  const { environments = {} } = config.services[service] ?? config.services['*'] ?? {};
  const named = Object.keys(environments);
  const usual: string = DEFAULT_ENVIRONMENT;
  const hint =
    environment === usual || named.includes(environment)
      ? null
      : `${environment} is not named in the configuration${didYouMean(environment, [usual, ...named])}: it is as the service says`;
  return ok({ shown: { service, environment, ...found.value }, hint });
}
