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
