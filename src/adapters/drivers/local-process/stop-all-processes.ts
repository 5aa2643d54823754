import { InstanceStore } from './instance-store.js';
import { targetFolders } from './target-folder.js';

/**
 * Stops every process recorded under a state folder.
 *
 * @param graceMs between SIGTERM and SIGKILL
 * @returns how many there were
 */
export async function stopAllProcesses(stateDir: string, graceMs = 5_000): Promise<number> {
  const folders = await targetFolders(stateDir);
  const counts = folders.map((folder) => new InstanceStore(folder).endAll(graceMs));
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
