import { randomUUID } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Version } from '../../domain/model/ids.js';
import type { Evidence } from '../../domain/model/target.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { FlagCall, FlagFailure, FlagState, FlagStore } from '../../domain/ports/flag-store.js';
import type { FlagKeeper, KeptFlag } from '../../domain/ports/flag-store.js';
import { ok, type Result } from '../../domain/model/result.js';
import { syncFolder, writeAtomically } from '../drivers/process/write-atomically.js';
import { withFileLock } from './file-lock.js';
import { aborted, refusalOf, rejected, unreachable } from './flag-failure.js';
import { writeExact } from './exact-json.js';
import {
  type FlagdChange,
  type FlagdDocument,
  flagIn,
  oursIn,
  parseFlagd,
  withFlag,
  withOwner,
} from './flagd-document.js';

const WAIT_MS = 5_000;
/** Whoever writes a file in place takes milliseconds; longer than this it is as it is. */
const HALF_WRITTEN_MS = 1_000;
const READ_AGAIN_MS = 50;
/** flagd may well run as another user. */
const USUAL_MODE = 0o644;

/**
 * Flags in a definition file of flagd, beside flags of others, which stay as
 * they are. A symbolic link is written through. Which users are on is flagd's own hash to say, not `flag-bucket.ts`.
 * Writers wait for each other behind a lock file.
 */
export class FlagdFileStore implements FlagStore, FlagKeeper {
  readonly kind = 'flagd_file';
  readonly place: string;
  readonly #path: string;
  readonly #clock: Clock;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.place = path;
    this.#clock = clock;
  }

  async read(flag: string, signal: AbortSignal): Promise<Result<FlagState | null, FlagFailure>> {
    const refusal = refusalOf(flag, null, signal);
    if (refusal) return refusal;
    try {
      const document = await this.#whole(signal);
      if (!document.ok) return document;
      const found = flagIn(document.value, flag);
      if (!found.ok) return found;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
      return ok(found.value && ({ flag, ...found.value } as FlagState & { version: Version }));
    } catch (error) {
      return fileFailure(this.#path, error);
    }
  }

  async set(
    call: FlagCall,
    flag: string,
    percent: number | null,
    signal: AbortSignal,
  ): Promise<Result<Evidence, FlagFailure>> {
    const refusal = refusalOf(flag, percent, signal);
    if (refusal) return refusal;
    return this.#locked(flag, signal, (place) =>
      this.#write(place, { call, flag, percent, at: this.#clock.now() }, signal),
    );
  }

  async list(signal: AbortSignal): Promise<Result<readonly KeptFlag[], FlagFailure>> {
    try {
      const document = await this.#whole(signal);
      return document.ok ? ok(oursIn(document.value)) : document;
    } catch (error) {
      return fileFailure(this.#path, error);
    }
  }

  give(
    flag: KeptFlag,
    to: KeptFlag['service'] | null,
    signal: AbortSignal,
  ): Promise<Result<boolean, FlagFailure>> {
    return this.#locked(flag.flag, signal, async (place) => {
      const document = await this.#whole(signal);
      if (!document.ok) return document;
      const next = withOwner(document.value, flag, to);
      if (next === null) return ok(false);
      await replaceFile(place, writeExact(next));
      return ok(true);
    });
  }

  async #locked<T>(
    flag: string,
    signal: AbortSignal,
    work: (place: string) => Promise<Result<T, FlagFailure>>,
  ): Promise<Result<T, FlagFailure>> {
    const wait = { clock: this.#clock, signal, waitMs: WAIT_MS };
    try {
      const place = await placeOf(this.#path);
      await mkdir(dirname(place), { recursive: true });
      const done = await withFileLock(place, wait, () => work(place));
      if (done !== null) return done;
    } catch (error) {
      return fileFailure(this.#path, error);
    }
    if (signal.aborted) return aborted(flag);
    return unreachable(`${this.#path} is being written by another process, for ${WAIT_MS} ms now`);
  }

  async #write(
    place: string,
    change: FlagdChange,
    signal: AbortSignal,
  ): Promise<Result<Evidence, FlagFailure>> {
    const document = await this.#whole(signal);
    if (!document.ok) return document;
    const next = withFlag(document.value, change);
    if (!next.ok) return next;
    const { document: after, mark } = next.value;
    const changed = after.flags !== document.value.flags;
    if (after !== document.value) await replaceFile(place, writeExact(after));
    const { flag, percent, call } = change;
    const { version } = call;
    return ok({ store: this.kind, file: this.#path, flag, percent, version, changed, mark });
  }

  /** One that is caught half written is read again. */
  async #whole(signal: AbortSignal): Promise<Result<FlagdDocument, FlagFailure>> {
    const until = this.#clock.now() + HALF_WRITTEN_MS;
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- each round looks at what the writer has left by then
      const text = await readFile(this.#path, 'utf8').catch(unlessMissing);
      const document = parseFlagd(text, this.#path);
      const isHalf = !document.ok && document.error.transient;
      if (!isHalf || signal.aborted || this.#clock.now() >= until) return document;
      // oxlint-disable-next-line no-await-in-loop -- as above
      await this.#clock.sleep(READ_AGAIN_MS, signal);
    }
  }
}

/** Where the file really is: what is written in the place of a symbolic link would leave the file as it was. */
async function placeOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    unlessMissing(error);
    // It is not there yet; nor may be what a link leads to.
    const target = await readlink(path).catch(() => null);
    return target === null ? path : placeOf(resolve(dirname(path), target));
  }
}

/** Whole, at once, and readable by those who could read it before. */
async function replaceFile(path: string, content: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`;
  const before = await stat(path).catch(() => null);
  try {
    await writeAtomically(draft, content);
    // Only root may give a file away: anybody else keeps it, readable by the same people.
    if (before !== null) await chown(draft, before.uid, before.gid).catch(() => undefined);
    await chmod(draft, before === null ? USUAL_MODE : before.mode & 0o777);
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
const LASTING: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'the system does not allow it',
  EROFS: 'its file system is read-only',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
};

function fileFailure(path: string, error: unknown): Result<never, FlagFailure> {
  const code = codeOf(error);
  if (code === '') throw error;
  const lasting = LASTING[code];
  return lasting !== undefined
    ? rejected(`the flag file ${path} can't be read or written: ${lasting} (${code})`)
    : unreachable(`the flag file ${path} can't be reached: ${code}`);
}
