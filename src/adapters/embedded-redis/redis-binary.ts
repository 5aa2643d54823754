import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NAMES = ['redis-server', 'valkey-server'] as const;

export interface RedisBinary {
  readonly path: string;
  readonly via: 'path' | 'cache' | 'packages';
  /** Where its shared libraries lie; `null` for the system's own places. */
  readonly libraryPath: string | null;
}

/** The command that runs it, without its arguments. */
export const commandLine = ({ path, libraryPath }: RedisBinary): readonly string[] =>
  libraryPath === null ? [path] : ['env', `LD_LIBRARY_PATH=${libraryPath}`, path];

/** `$XDG_CACHE_HOME/signalbox/redis`, or the same below `~/.cache`. */
export function defaultCacheDir(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(
    base === undefined || base === '' ? join(homedir(), '.cache') : base,
    'signalbox/redis',
  );
}

/** @throws Error with the reason when there is none that runs */
export async function binaryOnPath(searchPath = process.env['PATH'] ?? ''): Promise<RedisBinary> {
  const places = searchPath.split(delimiter).filter((place) => place !== '');
  const candidates = NAMES.flatMap((name) => places.map((place) => join(place, name)));
  const found = await firstExecutable(candidates);
  if (found === undefined) throw new Error(`no ${NAMES.join(' or ')} on PATH`);
  return checked({ path: found, via: 'path', libraryPath: null });
}

/** @throws Error with the reason when nothing that runs is unpacked in the folder */
export async function binaryInRoot(root: string, via: 'cache' | 'packages'): Promise<RedisBinary> {
  const found = await firstExecutable(NAMES.map((name) => join(root, 'usr/bin', name)));
  if (found === undefined) throw new Error(`nothing unpacked in ${root}`);
  return checked({ path: found, via, libraryPath: await librariesOf(root) });
}

async function checked(binary: RedisBinary): Promise<RedisBinary> {
  const [command = '', ...args] = commandLine(binary);
  await run(command, [...args, '--version'], { timeout: 10_000 }).catch((error: unknown) => {
    throw new Error(`${binary.path} does not run: ${lastLine(error)}`, { cause: error });
  });
  return binary;
}

async function librariesOf(root: string): Promise<string> {
  const folders = await Promise.all(
    ['usr/lib', 'lib'].map(async (folder) => {
      const names = await readdir(join(root, folder)).catch(() => []);
      return names
        .filter((name) => name.includes('-linux-'))
        .map((name) => join(root, folder, name));
    }),
  );
  return folders.flat().join(delimiter);
}

async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  const executable = await Promise.all(
    paths.map(async (path) =>
      access(path, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.find((_, index) => executable[index]);
}

/** What a failed command said last, which is where the reason stands. */
export function lastLine(error: unknown): string {
  const said =
    error instanceof Error && 'stderr' in error && typeof error.stderr === 'string'
      ? error.stderr
      : '';
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1) ?? (error instanceof Error ? error.message : String(error));
}
