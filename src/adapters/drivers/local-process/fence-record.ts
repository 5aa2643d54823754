import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../process/write-atomically.js';

/**
 * The newest fence that a target has seen, as one empty file per fence: each
 * writer leaves its own and then looks, so two at once can't both win, and none
 * can lower the mark.
 */
export class FenceRecord {
  readonly #folder: string;

  constructor(targetFolder: string) {
    this.#folder = join(targetFolder, 'fences');
  }

  /** @returns whether no newer one was seen; kept through a power cut */
  async raise(fence: number): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const mark = await open(join(this.#folder, String(fence)), 'a', 0o600);
    await mark.close();
    await syncFolder(this.#folder);
    const seen = await this.#seen();
    const newest = Math.max(...seen);
    const older = seen.filter((one) => one < newest);
    await Promise.all(older.map((one) => rm(join(this.#folder, String(one)), { force: true })));
    return newest <= fence;
  }

  async isNewest(fence: number): Promise<boolean> {
    return (await this.#seen()).every((one) => one <= fence);
  }

  async #seen(): Promise<readonly number[]> {
    return (await readdir(this.#folder)).map(Number).filter(Number.isFinite);
  }
}
