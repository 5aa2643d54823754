import { existsSync, readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type Config, ConfigSchema } from '../../contracts/config/config.schema.js';
import { windowRefusal } from './check-windows.js';

const NAMES = ['ts', 'js', 'mjs', 'yaml', 'yml', 'json'].map((end) => `signalbox.config.${end}`);

/** The configuration can't be used; the message names the file, the field and what was wanted. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The configuration in the working folder, if there is one. */
export const configHere = (): string | undefined => NAMES.find((name) => existsSync(name));

/**
 * Reads and checks the configuration.
 *
 * @param path a file; without it `signalbox.config.{ts,js,mjs,yaml,yml,json}` in the working folder
 * @throws ConfigError
 */
export async function loadConfig(path?: string): Promise<Config> {
  const file = path ?? configHere();
  if (file === undefined) {
    throw new ConfigError(
      `no configuration: expected one of ${NAMES.join(', ')} here, or --config, or SIGNALBOX_CONFIG`,
    );
  }
  if (!existsSync(file)) throw new ConfigError(`no configuration at ${file}`);
  return checkConfig(await read(file), file);
}

/** @throws ConfigError */
export function checkConfig(value: unknown, file = 'the configuration'): Config {
  const parsed = ConfigSchema.safeParse(value);
  if (!parsed.success) {
    throw new ConfigError(`${file} is not usable:\n${z.prettifyError(parsed.error)}`);
  }
  const wrong = windowRefusal(parsed.data);
  if (wrong !== null) throw new ConfigError(`${file} is not usable: ${wrong}`);
  return parsed.data;
}

async function read(file: string): Promise<unknown> {
  switch (extname(file)) {
    case '.json':
    case '.yaml':
    case '.yml':
      return readYaml(file);
    default:
      return readModule(file);
  }
}

/** JSON is YAML; the parser tells line and column. */
function readYaml(file: string): unknown {
  const document = parseDocument(readFileSync(file, 'utf8'));
  const [error] = document.errors;
  if (error) throw new ConfigError(`${file}: ${error.message}`);
  return document.toJS({ maxAliasCount: 100 });
}

async function readModule(file: string): Promise<unknown> {
  // Loaded on demand: only configurations in TypeScript or JavaScript need it.
  const { createJiti } = await import('jiti');
  try {
    return await createJiti(import.meta.url).import(resolve(file), { default: true });
  } catch (error) {
    throw new ConfigError(`${file} could not be loaded: ${String(error)}`, { cause: error });
  }
}
