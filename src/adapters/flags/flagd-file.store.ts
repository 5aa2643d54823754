import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Version } from '../../domain/model/ids.js';
import type { Evidence } from '../../domain/model/target.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { FlagCall, FlagFailure, FlagState, FlagStore } from '../../domain/ports/flag-store.js';
import { ok, type Result } from '../../domain/model/result.js';
import { syncFolder, writeAtomically } from '../drivers/process/write-atomically.js';
import { withFileLock } from './file-lock.js';
import { aborted, refusalOf, rejected, unreachable } from './flag-failure.js';
import { flagIn, parseFlagd, withFlag } from './flagd-document.js';

const WAIT_MS = 5_000;
/** flagd may well run as another user. */
const USUAL_MODE = 0o644;

/**
 * Flags in a definition file of flagd, beside flags of others, which stay as
 * they are. Which users are on is flagd's own hash to say, not `flag-bucket.ts`.
 * Writers wait for each other behind a lock file.
 */
export class FlagdFileStore implements FlagStore {
  readonly kind = 'flagd_file';
  readonly #path: string;
  readonly #clock: Clock;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  async read(flag: string, signal: AbortSignal): Promise<Result<FlagState | null, FlagFailure>> {
    const refusal = refusalOf(flag, null, signal);
    if (refusal) return refusal;
    return this.#withFile(async (text) => {
      const document = parseFlagd(text);
      if (!document.ok) return document;
      const found = flagIn(document.value, flag);
      if (!found.ok) return found;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
      return ok(found.value && ({ flag, ...found.value } as FlagState & { version: Version }));
    });
  }

  async set(
    call: FlagCall,
    flag: string,
    percent: number | null,
    signal: AbortSignal,
  ): Promise<Result<Evidence, FlagFailure>> {
    const refusal = refusalOf(flag, percent, signal);
    if (refusal) return refusal;
    const wait = { clock: this.#clock, signal, waitMs: WAIT_MS };
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      const done = await withFileLock(this.#path, wait, () => this.#write(call, flag, percent));
      if (done !== null) return done;
    } catch (error) {
      return fileFailure(this.#path, error);
    }
    if (signal.aborted) return aborted(flag);
    return unreachable(`${this.#path} is being written by another process, for ${WAIT_MS} ms now`);
  }

  #write(
    call: FlagCall,
    flag: string,
    percent: number | null,
  ): Promise<Result<Evidence, FlagFailure>> {
    return this.#withFile(async (text) => {
      const document = parseFlagd(text);
      if (!document.ok) return document;
      const change = { call, flag, percent, at: this.#clock.now() };
      const next = withFlag(document.value, change);
      if (!next.ok) return next;
      const { document: after, mark } = next.value;
      const changed = after.flags !== document.value.flags;
      if (after !== document.value) await replaceFile(this.#path, after);
      const { version } = call;
      return ok({ store: this.kind, file: this.#path, flag, percent, version, changed, mark });
    });
  }

  async #withFile<T>(
    work: (text: string | null) => Promise<Result<T, FlagFailure>>,
  ): Promise<Result<T, FlagFailure>> {
    try {
      return await work(await readFile(this.#path, 'utf8').catch(unlessMissing));
    } catch (error) {
      return fileFailure(this.#path, error);
    }
  }
}

/** Whole, at once, and readable by those who could read it before. */
async function replaceFile(path: string, content: object): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`;
  const mode = await stat(path).then(
    (found) => found.mode & 0o777,
    () => USUAL_MODE,
  );
  try {
    await writeAtomically(draft, `${JSON.stringify(content, null, 2)}\n`);
    await chmod(draft, mode);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(path));
}

function unlessMissing(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** Of these a person has to take care; others (a full disk, a share that is away) may pass. */
const LASTING = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'ELOOP']);

function fileFailure(path: string, error: unknown): Result<never, FlagFailure> {
  const code = codeOf(error);
  if (code === '') throw error;
  return LASTING.has(code)
    ? rejected(`the flag file ${path} can't be read or written: ${code}`)
    : unreachable(`the flag file ${path} can't be reached: ${code}`);
}
