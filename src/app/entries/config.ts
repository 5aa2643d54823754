/** `signalbox/config`: write and check a configuration. */
export {
  type Config,
  type ConfigInput,
  defineConfig,
} from '../../contracts/config/config.schema.js';
export { checkConfig, ConfigError, loadConfig } from '../../adapters/config/load-config.js';
