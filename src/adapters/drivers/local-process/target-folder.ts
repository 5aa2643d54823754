import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ServiceRef } from '../../../domain/model/ids.js';
import type { Target } from '../../../domain/model/target.js';

/** Where everything of one target is kept. The names are safe as file names by their patterns. */
export const targetFolder = (
  stateDir: string,
  { environment, service, target }: ServiceRef & { readonly target: Target },
): string => join(targetsDir(stateDir), environment, service, target.id);

export const targetsDir = (stateDir: string): string => join(resolve(stateDir), 'targets');
export const unpackedDir = (stateDir: string): string => join(resolve(stateDir), 'releases');

/** `environment/service/target` */
const DEPTH = 3;

/** The folder of every target that there ever was under a state folder. */
export async function targetFolders(stateDir: string): Promise<readonly string[]> {
  let folders: readonly string[] = [targetsDir(stateDir)];
  for (let depth = 0; depth < DEPTH; depth += 1) {
    folders = (await Promise.all(folders.map(foldersIn))).flat();
  }
  return folders;
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}
