import {
  effectiveConfig,
  type EffectiveService,
  effectiveService,
} from '../../adapters/config/effective-service.js';
import { configFile, loadConfig, loadWithSecrets } from '../../adapters/config/load-config.js';
import type {
  CheckConfigFlags,
  CheckedConfig,
  ShowConfigFlags,
} from '../../cli/session/cli-ports.js';
import { DEFAULT_ENVIRONMENT, environmentName } from '../../domain/model/ids.js';
import { ok, type Result } from '../../domain/model/result.js';
import type { PlanRefusal } from '../../domain/strategies/parts/strategy.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Reads and checks the configuration as a worker would at its start. @throws ConfigError */
export async function checkedConfig(
  { config: path, secrets = true }: CheckConfigFlags,
  env: Env,
): Promise<CheckedConfig> {
  const file = configFile(path ?? env['SIGNALBOX_CONFIG']);
  const config = await (secrets ? loadWithSecrets(file, env) : loadConfig(file));
  return { file, services: Object.keys(config.services) };
}

/** What the configuration comes to, with secrets hidden. @throws ConfigError */
export async function shownConfig(
  { config: path, service, environment = environmentName(DEFAULT_ENVIRONMENT) }: ShowConfigFlags,
  env: Env,
): Promise<Result<EffectiveService, PlanRefusal>> {
  const config = await loadConfig(configFile(path ?? env['SIGNALBOX_CONFIG']));
  if (service === undefined) return ok(effectiveConfig(config));
  const found = effectiveService(config, { service, environment });
  return found.ok ? ok({ service, environment, ...found.value }) : found;
}
