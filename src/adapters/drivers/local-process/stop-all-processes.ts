import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InstanceStore } from './instance-store.js';
import { targetsDir } from './target-folder.js';

/** `environment/service/target` */
const DEPTH = 3;

/**
 * Stops every process recorded under a state folder.
 *
 * @param graceMs between SIGTERM and SIGKILL
 * @returns how many there were
 */
export async function stopAllProcesses(stateDir: string, graceMs = 5_000): Promise<number> {
  let folders: readonly string[] = [targetsDir(stateDir)];
  for (let depth = 0; depth < DEPTH; depth += 1) {
    folders = (await Promise.all(folders.map(foldersIn))).flat();
  }
  const counts = folders.map((folder) => new InstanceStore(folder).endAll(graceMs));
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}
