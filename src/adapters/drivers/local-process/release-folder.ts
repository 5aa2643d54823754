import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { LocalProcessDriverSpec } from '../../../contracts/config/driver.schema.js';
import type { DriverCall, DriverFailure } from '../../../domain/ports/target-driver.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { failed } from '../process/driver-failure.js';
import { callPlaceholders, fill, placeholdersIn } from '../process/placeholders.js';
import { unpackArchive } from './unpack-archive.js';

/** The folder that one version is started in; an archive is unpacked into the state folder, once. */
export async function releaseFolder(
  { release, archive = '' }: LocalProcessDriverSpec,
  call: DriverCall,
  unpackedDir: string,
): Promise<Result<string, DriverFailure>> {
  const template = release ?? archive;
  const filled = fill(template, callPlaceholders(call));
  if (!filled.ok) return failed('driver/misconfigured', filled.error);
  const goesElsewhere = isAbsolute(filled.value) && !isAbsolute(template);
  if (goesElsewhere || stepsUp(filled.value) > stepsUp(template) || isAll(filled.value, template)) {
    const message = `version ${String(call.version)} would lead out of the folder of releases`;
    return failed('driver/misconfigured', message);
  }
  const path = resolve(filled.value);
  const found = await stat(path).catch(() => null);
  if (release !== undefined) {
    if (found?.isDirectory() === true) return ok(path);
    return failed('driver/rejected', `there is no release folder ${path}`);
  }
  if (found?.isFile() !== true) return failed('driver/rejected', `there is no archive ${path}`);
  const archived = { path, size: found.size, changedAt: found.mtimeMs };
  const unpacked = await unpackArchive(archived, unpackedDir);
  return unpacked.ok ? unpacked : failed('driver/rejected', unpacked.error);
}

/** `.` and `/` add nothing to a path: what is left names the folder of all releases. */
const isAll = (path: string, template: string): boolean =>
  placeholdersIn(template).length > 0 &&
  resolve(path) === resolve(template.replaceAll(/\{[^{}]+\}/g, '.'));

/** A version may be a path, but no value may add a step up to the path that the operator wrote. */
const stepsUp = (path: string): number =>
  path.split(/[/\\]/).filter((part) => part === '..').length;
