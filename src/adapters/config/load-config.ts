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
  const value = built(() => document.toJS({ maxAliasCount: 100 }), file);
  // Copied carelessly it would change what every object inherits; records leave it out in silence.
  if (hasKey(value, '__proto__')) throw new ConfigError(`${file}: __proto__ is no name of a field`);
  return value;
}

/** Aliases may lead nowhere, or to more than anybody meant. */
function built(build: () => unknown, file: string): unknown {
  try {
    return build();
  } catch (thrown) {
    throw new ConfigError(`${file}: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** Also where a value holds itself. */
function hasKey(root: unknown, key: string): boolean {
  const seen = new Set<unknown>([root]);
  // A set is walked through to what is added on the way.
  for (const value of seen) {
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, key)) return true;
    for (const inner of Object.values(value)) seen.add(inner);
  }
  return false;
}

const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);

async function readModule(file: string): Promise<unknown> {
  // Loaded on demand: only configurations in TypeScript or JavaScript need it.
  const { createJiti } = await import('jiti');
  try {
    return await createJiti(import.meta.url).import(resolve(file), { default: true });
  } catch (error) {
    throw new ConfigError(`${file} could not be loaded: ${String(error)}`, { cause: error });
  }
}
