import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { binaryInRoot, lastLine, type RedisBinary } from './redis-binary.js';

const run = promisify(execFile);

/** `redis-server` is only a link: the program lies in redis-tools, as redis-check-rdb. */
const PROGRAMS = ['redis-server', 'redis-tools'];
/** Never libc6: the loader that starts the program is the system's, and the two must match. */
const LIBRARIES = (
  'libjemalloc2 liblzf1 libatomic1 libssl3 libssl3t64 libsystemd0 libcap2 ' +
  'libgcrypt20 libgpg-error0 liblz4-1 liblzma5 libzstd1 libstdc++6 libgcc-s1'
).split(' ');

/** The folder that a cached Redis for this system lies in; a home may be shared by several systems. */
export async function unpackedRoot(cacheDir: string): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (name: string): string =>
    new RegExp(`^${name}="?([\\w.-]*)`, 'm').exec(release)?.[1] ?? '';
  const system = [field('ID') || process.platform, field('VERSION_ID'), arch()];
  return join(cacheDir, system.filter((part) => part !== '').join('-'));
}

/**
 * Fetches Redis from the system's package archive, without root and without installing anything.
 * Safe when several do so at once.
 *
 * @throws Error with the reason when that can't be done here
 */
export async function binaryFromPackages(
  cacheDir: string,
  log: (line: string) => void,
): Promise<RedisBinary> {
  await Promise.all(
    ['apt-get', 'dpkg-deb'].map(async (command) =>
      run(command, ['--version']).catch(() => {
        throw new Error(`there is no ${command} here`);
      }),
    ),
  );
  log(`fetching Redis from the system's package archive into ${cacheDir}`);
  await mkdir(cacheDir, { recursive: true });
  const work = await mkdtemp(join(cacheDir, `root.${process.pid}.`));
  try {
    const draft = join(work, 'root');
    await unpackPackages(work, draft, redisPackages, log);
    await binaryInRoot(draft, 'packages');
    const root = await unpackedRoot(cacheDir);
    await moveTo(draft, root);
    return await binaryInRoot(root, 'packages');
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Names the packages to fetch, once there are package lists to ask; gets the options for apt. */
type Choose = (work: string, options: readonly string[]) => Promise<readonly string[]>;

/**
 * Downloads packages into the folder `work` and unpacks them into a new folder `root`, as any user.
 *
 * @throws Error with the reason when that can't be done here
 */
export async function unpackPackages(
  work: string,
  root: string,
  choose: Choose,
  log: (line: string) => void,
): Promise<void> {
  await downloadInto(work, choose, log);
  await unpack(work, root);
}

async function downloadInto(
  work: string,
  choose: Choose,
  log: (line: string) => void,
): Promise<void> {
  await mkdir(join(work, 'apt/archives/partial'), { recursive: true });
  // The sandbox user can't write to a folder of ours, and apt warns of it when run as root.
  const options = ['-o', `Dir::Cache=${join(work, 'apt')}`, '-o', 'APT::Sandbox::User='];
  try {
    await download(work, options, choose);
  } catch {
    log("the system's package lists are missing or old: fetching fresh ones into the cache folder");
    await mkdir(join(work, 'state/lists/partial'), { recursive: true });
    options.push('-o', `Dir::State=${join(work, 'state')}`);
    // Named too: a machine that sets its lists folder by itself would win over Dir::State.
    options.push('-o', `Dir::State::lists=${join(work, 'state/lists')}`);
    options.push('-o', 'Dir::State::status=/var/lib/dpkg/status');
    await apt('apt-get', [...options, '-qq', 'update'], work);
    await download(work, options, choose);
  }
}

async function download(work: string, options: readonly string[], choose: Choose): Promise<void> {
  const names = await choose(work, options);
  await apt('apt-get', [...options, '-qq', 'download', ...names], work);
}

/** Releases name a library differently or lack one, and `download` would fail for the rest as well. */
async function redisPackages(work: string, options: readonly string[]): Promise<readonly string[]> {
  const wanted = [...PROGRAMS, ...LIBRARIES];
  const show = ['show', '--no-all-versions', ...wanted];
  const shown = await run('apt-cache', [...options, ...show], {
    cwd: work,
    maxBuffer: 16 * 1024 * 1024,
  }).catch((error: unknown) => ({ stdout: outputOf(error) }));
  const found = [...shown.stdout.matchAll(/^Package: (\S+)$/gm)].map(([, name]) => name);
  const names = wanted.filter((name) => found.includes(name));
  const missing = PROGRAMS.find((name) => !names.includes(name));
  if (missing !== undefined) throw new Error(`the package archive has no ${missing}`);
  return names;
}

const outputOf = (error: unknown): string =>
  error instanceof Error && 'stdout' in error && typeof error.stdout === 'string'
    ? error.stdout
    : '';

async function apt(command: string, args: readonly string[], cwd: string): Promise<void> {
  await run(command, args, { cwd, timeout: 120_000, env: { ...process.env, LC_ALL: 'C' } }).catch(
    (error: unknown) => {
      throw new Error(`${command} ${args.at(-1) ?? ''}: ${lastLine(error)}`, { cause: error });
    },
  );
}

async function unpack(work: string, root: string): Promise<void> {
  await mkdir(root);
  const packages = (await readdir(work)).filter((name) => name.endsWith('.deb'));
  for (const name of packages) {
    // oxlint-disable-next-line no-await-in-loop -- they share folders, which dpkg-deb makes without care for others
    await run('dpkg-deb', ['-x', join(work, name), root]);
  }
}

/** What another process unpacked there meanwhile stays, unless it does not run. */
async function moveTo(draft: string, root: string): Promise<void> {
  const usable = await binaryInRoot(root, 'cache').then(
    () => true,
    () => false,
  );
  if (usable) return;
  await rename(root, `${draft}.broken`).catch(() => {});
  await rename(draft, root).catch((error: unknown) => {
    const lostTheRace =
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
    if (!lostTheRace) throw error;
  });
}
