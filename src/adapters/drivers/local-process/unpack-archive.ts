import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { extract } from 'tar';
import { err, ok, type Result } from '../../../domain/model/result.js';
import { messageOf } from '../process/driver-failure.js';

export interface Archive {
  readonly path: string;
  readonly size: number;
  /** Epoch milliseconds. */
  readonly changedAt: number;
}

/** Unpacks an archive into a folder of its own, whole or not at all; one that was unpacked before is used again. */
export async function unpackArchive(
  { path, size, changedAt }: Archive,
  unpackedDir: string,
): Promise<Result<string, string>> {
  // An archive that was published anew under the same name is another release.
  const print = createHash('sha256').update(`${path}\n${size}\n${changedAt}`).digest('hex');
  const name = basename(path).replaceAll(/[^A-Za-z0-9._-]/g, '_');
  const folder = join(unpackedDir, `${name.slice(0, 80)}-${print.slice(0, 16)}`);
  if (await isFolder(folder)) return ok(folder);
  const temporary = `${folder}.${randomUUID()}.tmp`;
  try {
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    // tar itself keeps every entry inside the folder; owners in an archive mean nothing here.
    await extract({ file: path, cwd: temporary, preserveOwner: false, strict: true });
    await rename(temporary, folder);
    return ok(folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (await isFolder(folder)) return ok(folder);
    return err(`the archive ${path} can not be unpacked: ${messageOf(error)}`);
  }
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() === true;
