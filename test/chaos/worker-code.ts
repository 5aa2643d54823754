import { execFile } from 'node:child_process';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { RECORD_FORMAT } from '../../src/adapters/redis/connection/record-format.js';
import { SUFFIX } from './own-code.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Compiled, the run lies in a folder of its own inside the repository. */
const REPOSITORY = SUFFIX === '.ts' ? ROOT : fileURLToPath(new URL('../../', pathToFileURL(ROOT)));
const FILE = 'test/chaos/worker-process.ts';
const OWN_FILE = `test/chaos/worker-process${SUFFIX}`;
const FORMAT_FILE = 'src/adapters/redis/connection/record-format.ts';
/** Names the folder of another version; every second worker runs from it. */
const BESIDE = 'SIGNALBOX_CHAOS_BESIDE';

/**
 * The file that the n-th worker process of a run is started from. Versions
 * alternate at each start, so that either takes over what the other began.
 */
export function workerFile(nth: number): URL {
  const beside = process.env[BESIDE];
  const isBeside = beside !== undefined && nth % 2 === 1;
  return pathToFileURL(isBeside ? join(beside, FILE) : join(ROOT, OWN_FILE));
}

/**
 * From now on every second worker runs the code of that commit, from a folder of
 * its own with the dependencies of this one. Answers with the commit's name.
 *
 * @throws TypeError where there is no such commit, or it has no chaos workers
 */
export async function runBeside(ref: string, folder: string): Promise<string> {
  const commit = await commitOf(ref);
  const code = join(folder, 'beside');
  const archive = join(folder, 'beside.tar');
  await mkdir(code, { recursive: true });
  await run('git', ['archive', '--format=tar', `--output=${archive}`, commit], { cwd: REPOSITORY });
  await run('tar', ['-xf', archive, '-C', code]);
  await rm(archive);
  await symlink(join(REPOSITORY, 'node_modules'), join(code, 'node_modules'));
  process.env[BESIDE] = code;
  return commit;
}

async function commitOf(ref: string): Promise<string> {
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const { stdout } = await run('git', asked, { cwd: REPOSITORY }).catch(() => ({ stdout: '' }));
  const commit = stdout.trim();
  if (commit === '') throw new TypeError(`--beside must name a commit, got "${ref}"`);
  await run('git', ['cat-file', '-e', `${commit}:${FILE}`], { cwd: REPOSITORY }).catch(() => {
    throw new TypeError(`--beside must name a commit with ${FILE}, got "${ref}"`);
  });
  const format = await formatOf(commit);
  if (format !== RECORD_FORMAT) {
    throw new TypeError(
      `--beside must name a commit that writes record format ${RECORD_FORMAT}, as this code does; "${ref}" writes format ${format ?? 'unknown'}`,
    );
  }
  return commit;
}

/** Its workers would refuse to start on records of another format. */
async function formatOf(commit: string): Promise<number | null> {
  const show = ['show', `${commit}:${FORMAT_FILE}`];
  const { stdout } = await run('git', show, { cwd: REPOSITORY }).catch(() => ({ stdout: '' }));
  const found = /FORMAT = (\d+);/.exec(stdout);
  return found === null ? null : Number(found[1]);
}
