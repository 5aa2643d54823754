import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { LocalProcessDriverSpec } from '../../../contracts/config/driver.schema.js';
import type { DriverCall } from '../../../domain/ports/target-driver.js';
import { err, ok, type Result } from '../../../domain/result.js';
import { callPlaceholders, fill } from '../placeholders.js';
import { unpackArchive } from './unpack-archive.js';

/** The folder that one version is started in; an archive is unpacked into the state folder, once. */
export async function releaseFolder(
  { release, archive = '' }: LocalProcessDriverSpec,
  call: DriverCall,
  unpackedDir: string,
): Promise<Result<string, string>> {
  const template = release ?? archive;
  const filled = fill(template, callPlaceholders(call));
  if (!filled.ok) return filled;
  const goesElsewhere = isAbsolute(filled.value) && !isAbsolute(template);
  if (goesElsewhere || stepsUp(filled.value) > stepsUp(template)) {
    return err(`version ${String(call.version)} would lead out of the folder of releases`);
  }
  const path = resolve(filled.value);
  const found = await stat(path).catch(() => null);
  if (release !== undefined) {
    return found?.isDirectory() === true ? ok(path) : err(`there is no release folder ${path}`);
  }
  if (found?.isFile() !== true) return err(`there is no archive ${path}`);
  return unpackArchive({ path, size: found.size, changedAt: found.mtimeMs }, unpackedDir);
}

/** A version may be a path, but no value may add a step up to the path that the operator wrote. */
const stepsUp = (path: string): number =>
  path.split(/[/\\]/).filter((part) => part === '..').length;
