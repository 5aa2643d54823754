/** `signalbox/config`: write and check a configuration. */
export {
  type Config,
  type ConfigInput,
  defineConfig,
} from '../../contracts/config/config.schema.js';
export { checkConfig, loadConfig } from '../../adapters/config/load-config.js';
export { ConfigError, type ConfigProblem } from '../../contracts/problems/config-error.js';
