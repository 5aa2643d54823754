import { configFile, loadConfig } from '../../adapters/config/load-config.js';
import type { CheckedConfig, ConfigFlags } from '../../cli/session/cli-ports.js';

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
