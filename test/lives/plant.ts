import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One place in the source, and what stands there instead. */
export interface Planted {
  /** Below `src`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly search: string;
  readonly replacement: string;
  /** Where one place alone is guarded by others: those too. */
  readonly also?: readonly Planted[];
}

/**
 * Does something with a copy of the source that has this in it, or is as the source is.
 *
 * @throws where the text is not there exactly once
 */
export async function withPlanted<T>(
  planted: Planted | null,
  work: (copy: string) => Promise<T>,
): Promise<T> {
  const copy = await mkdtemp(join(tmpdir(), 'signalbox-lives-'));
  try {
    await Promise.all([
      ...['package.json', 'tsconfig.json', 'src', 'test/lives', 'test/support'].map((path) =>
        cp(join(ROOT, path), join(copy, path), { recursive: true }),
      ),
      symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules')),
    ]);
    const places = planted === null ? [] : [planted, ...(planted.also ?? [])];
    for (const place of places) await plant(join(copy, 'src', place.file), place);
    return await work(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function plant(path: string, { file, search, replacement }: Planted): Promise<void> {
  const source = await readFile(path, 'utf8');
  const times = source.split(search).length - 1;
  if (times !== 1) throw new Error(`${file} has ${times} times, and not once: ${search}`);
  await writeFile(
    path,
    source.replace(search, () => replacement),
  );
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** A program of the copy, to its end. */
export function ran(copy: string, args: readonly string[], env: object = {}): Promise<Ran> {
  const child = spawn(process.execPath, args, {
    cwd: copy,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += String(text)));
  child.stderr.on('data', (text: Buffer) => (errors += String(text)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, errors }));
  });
}
