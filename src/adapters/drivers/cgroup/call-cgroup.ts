import { mkdir, readdir, readFile, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = 'signalbox-';
/** What is in none by then has ended, and nothing will be put into it. */
const SWEPT_AFTER_MS = 10 * 60_000;

/** For a worker whose control groups are somebody else's to make: `off` makes none. */
const SWITCH = 'SIGNALBOX_CGROUPS';

let sweptAt = 0;

/**
 * A control group (v2) for what one call starts: whatever leaves its process group, and
 * hides its environment, stays in it. `null` where this process may make none, as in most
 * containers: then the mark in the environment has to do.
 */
export async function openCgroup(
  mark: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const own = environment[SWITCH] === 'off' ? null : await ownCgroup();
  if (own === null) return null;
  if (Date.now() - sweptAt > SWEPT_AFTER_MS) await sweep(own);
  const path = join(own, NAME + mark);
  return mkdir(path).then(
    () => path,
    () => null,
  );
}

/** The pids of what runs in it; none where it is gone. */
export async function pidsIn(cgroup: string | null): Promise<readonly number[]> {
  if (cgroup === null) return [];
  const text = await readFile(join(cgroup, 'cgroup.procs'), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => (/^[1-9]\d*$/.test(line) ? [Number(line)] : []));
}

/** It stays for as long as something runs in it that the call has left. */
export async function closeCgroup(cgroup: string | null): Promise<void> {
  if (cgroup !== null) await rmdir(cgroup).catch(() => {});
}

/** Those of calls whose worker died, and of services that have ended since. */
async function sweep(own: string): Promise<void> {
  sweptAt = Date.now();
  const names = (await readdir(own).catch(() => [])).filter((name) => name.startsWith(NAME));
  const paths = names.map((name) => join(own, name));
  await Promise.all(
    paths.map(async (path) => {
      const made = await stat(path).catch(() => null);
      if (made !== null && made.mtimeMs < sweptAt - SWEPT_AFTER_MS) await closeCgroup(path);
    }),
  );
}

/** Where this process is; `null` without control groups of version 2. */
async function ownCgroup(): Promise<string | null> {
  const [told, mounts] = await Promise.all(
    ['/proc/self/cgroup', '/proc/self/mounts'].map((file) =>
      readFile(file, 'utf8').catch(() => ''),
    ),
  );
  const [, path] = /^0::(\/.*)$/m.exec(told ?? '') ?? [];
  const [, mount] = /^\S+ (\/\S+) cgroup2 /m.exec(mounts ?? '') ?? [];
  // Told of a place outside of what is mounted here, as of a container that sees its host's.
  return path === undefined || mount === undefined || path.includes('..')
    ? null
    : join(mount, path);
}
