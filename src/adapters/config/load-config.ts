import { existsSync, readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { type Config, ConfigSchema } from '../../contracts/config/config.schema.js';
import { ConfigError, configError } from '../../contracts/problems/config-error.js';
import { explainIssue } from '../../contracts/problems/explain-issue.js';
import { type Problem, problemsOf } from '../../contracts/problems/problems-of.js';
import { windowProblems } from './check-windows.js';
import { withoutExtensions } from './extension-fields.js';
import { type Located, unlocated } from './located.js';
import { missingSecrets } from './missing-secrets.js';
import { nameProblems } from './name-problems.js';
import { settingProblems } from './setting-problems.js';
import { readYaml } from './yaml-file.js';

const NAMES = ['ts', 'js', 'mjs', 'yaml', 'yml', 'json'].map((end) => `signalbox.config.${end}`);

/** The configuration in the working folder, if there is one. */
export const configHere = (): string | undefined => NAMES.find((name) => existsSync(name));

/**
 * Reads and checks the configuration.
 *
 * @param path a file; without it `signalbox.config.{ts,js,mjs,yaml,yml,json}` in the working folder
 * @throws ConfigError that names every problem with its line and column
 */
export async function loadConfig(path?: string): Promise<Config> {
  const file = configFile(path);
  return checked(await read(file), file);
}

/**
 * The same, and that every secret which it names is there: as a worker that starts here finds it.
 *
 * @throws ConfigError that names every problem with its line and column
 */
export async function loadWithSecrets(path: string | undefined, env: Env): Promise<Config> {
  const file = configFile(path);
  const written = await read(file);
  const config = checked(written, file);
  const missing = await missingSecrets(config, env);
  if (missing.length === 0) return config;
  throw configError(file, missing.map(placedIn(written)).toSorted(byPlace));
}

type Env = Readonly<Record<string, string | undefined>>;

/** @throws ConfigError where there is no such file */
export function configFile(path: string | undefined): string {
  const file = path ?? configHere();
  if (file === undefined) {
    throw new ConfigError(
      `no configuration: expected one of ${NAMES.join(', ')} here, or --config, or SIGNALBOX_CONFIG`,
    );
  }
  if (!existsSync(file)) throw new ConfigError(`no configuration at ${file}`);
  return file;
}

/** @throws ConfigError */
export const checkConfig = (value: unknown, file = 'the configuration'): Config =>
  checked(unlocated(value), file);

function checked(written: Located, file: string): Config {
  const parsed = ConfigSchema.safeParse(withoutExtensions(written.value), { error: explainIssue });
  const problems = parsed.success
    ? [windowProblems, settingProblems, nameProblems].flatMap((look) => look(parsed.data))
    : problemsOf(parsed.error);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw configError(file, problems.map(placedIn(written)).toSorted(byPlace));
}

const placedIn =
  (written: Located) =>
  ({ path, at, message }: Problem) => ({
    path: path.join('.'),
    message,
    place: written.placeOf(path, at),
  });

type Placed = ReturnType<ReturnType<typeof placedIn>>;

const byPlace = ({ place: one }: Placed, { place: other }: Placed): number =>
  one === null || other === null ? 0 : one.line - other.line || one.column - other.column;

async function read(file: string): Promise<Located> {
  switch (extname(file)) {
    case '.json':
    case '.yaml':
    case '.yml':
      return readDocument(file);
    default:
      return unlocated(await readModule(file));
  }
}

function readDocument(file: string): Located {
  const written = readYaml(readFileSync(file, 'utf8'));
  if (!written.ok) throw configError(file, written.error);
  // Copied carelessly it would change what every object inherits; records leave it out in silence.
  if (hasKey(written.value.value, '__proto__')) {
    throw new ConfigError(`${file}: __proto__ is no name of a field`);
  }
  return written.value;
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

/** A module may await something, such as a secret; nobody waits for it longer without a word. */
const TOLD_AFTER_MS = 10_000;
const GIVEN_UP_AFTER_MS = 60_000;

async function readModule(file: string): Promise<unknown> {
  // Loaded on demand: only configurations in TypeScript or JavaScript need it.
  const { createJiti } = await import('jiti');
  const timers: NodeJS.Timeout[] = [];
  // These also keep the process alive: where nothing else does it would end without a word.
  const givenUp = new Promise<never>((_, reject) => {
    const waits = `${file} has not loaded yet: it awaits something that does not come\n`;
    const late = new Error('it awaits something that did not come within 60 s');
    timers.push(setTimeout(() => process.stderr.write(waits), TOLD_AFTER_MS));
    timers.push(setTimeout(() => reject(late), GIVEN_UP_AFTER_MS));
  });
  try {
    const loading = createJiti(import.meta.url).import(resolve(file), { default: true });
    return await Promise.race([loading, givenUp]);
  } catch (error) {
    throw new ConfigError(`${file} could not be loaded: ${String(error)}`, [], { cause: error });
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}
