import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { unpackedRoot, unpackPackages } from '../../src/adapters/embedded-redis/debian-packages.js';

const run = promisify(execFile);

/** The programs our tests need a real one of: where their package puts them, and how each tells its version. */
const TOOLS = {
  prometheus: { place: 'usr/bin/prometheus', version: '--version' },
  haproxy: { place: 'usr/sbin/haproxy', version: '-v' },
  nginx: { place: 'usr/sbin/nginx', version: '-v' },
  caddy: { place: 'usr/bin/caddy', version: 'version' },
} as const;
export type DebianTool = keyof typeof TOOLS;

const found = new Map<DebianTool, Promise<string>>();

/**
 * The path of a program to start: the machine's own, else one unpacked from its Debian package into
 * `~/.cache/signalbox-test`. Needs no root, installs nothing and starts no daemon; safe when several
 * processes ask at once. What runs under the path has the pid that was spawned.
 */
export async function debianTool(name: DebianTool): Promise<string> {
  const known = found.get(name) ?? find(name);
  found.set(name, known);
  return known;
}

async function find(name: DebianTool): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'signalbox-test');
  const root = await unpackedRoot(join(cache, name));
  // Programs for administrators are often not on the PATH of others.
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin'];
  const candidates = [...places.filter((place) => place !== ''), root];
  for (const place of candidates) {
    // oxlint-disable-next-line no-await-in-loop -- the first that runs is wanted
    if (await runs(join(place, name), name)) return join(place, name);
  }
  await fetchInto(root, name);
  return join(root, name);
}

const runs = async (path: string, name: DebianTool): Promise<boolean> =>
  access(path, constants.X_OK)
    .then(async () => run(path, [TOOLS[name].version], { timeout: 30_000 }))
    .then(
      () => true,
      () => false,
    );

async function fetchInto(root: string, name: DebianTool): Promise<void> {
  await mkdir(join(root, '..'), { recursive: true });
  const work = await mkdtemp(`${root}.`);
  try {
    const draft = join(work, 'root');
    await unpackPackages(work, draft, async (...at) => missingPackages(name, ...at), console.log);
    await writeFile(join(draft, name), launcher(name), { mode: 0o755 });
    await run(join(draft, name), [TOOLS[name].version], { timeout: 30_000 });
    // One that doesn't run is out of the way; one that another process put there meanwhile stays.
    if (!(await runs(join(root, name), name))) {
      await rename(root, join(work, 'broken')).catch(() => {});
      await rename(draft, root).catch(async (error: unknown) => {
        if (!(await runs(join(root, name), name))) throw error;
      });
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What apt would install here, by its own reckoning; it only simulates, which any user may. */
async function missingPackages(
  name: DebianTool,
  work: string,
  options: readonly string[],
): Promise<readonly string[]> {
  const wish = ['--simulate', '--no-install-recommends', 'install', name];
  const { stdout } = await run('apt-get', [...options, ...wish], {
    cwd: work,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const names = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, chosen = '']) => chosen);
  // Never libc6: the loader that starts the program is the system's, and the two must match.
  return [...new Set([name, ...names])].filter((chosen) => !/^libc6(:|$)/.test(chosen));
}

/** Starts the program with the libraries that came with it, wherever the folder lies. */
const launcher = (name: DebianTool): string => `#!/bin/sh
root=\${0%/*}
for folder in "$root"/usr/lib/*-linux-* "$root"/lib/*-linux-*; do
  if [ -d "$folder" ]; then LD_LIBRARY_PATH=$folder\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}; fi
done
export LD_LIBRARY_PATH
exec "$root/${TOOLS[name].place}" "$@"
`;
