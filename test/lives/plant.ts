import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlantedFault } from './planted-faults.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Planting {
  readonly lives: number;
  readonly seed: number;
}

export interface Found {
  /** In how many lives anything was wrong, counted up to 250. */
  readonly faulty: number;
  /** What the lives said of themselves. */
  readonly report: string;
}

/**
 * Lives up to so many lives on a copy of the source with the fault in it, and
 * stops at the first in which it is seen.
 *
 * @throws where the text is not there exactly once, or nothing could be lived
 */
export async function livesWith(fault: PlantedFault, { lives, seed }: Planting): Promise<Found> {
  const copy = await mkdtemp(join(tmpdir(), 'signalbox-lives-'));
  try {
    await Promise.all([
      ...['package.json', 'tsconfig.json', 'src', 'test/lives', 'test/support'].map((path) =>
        cp(join(ROOT, path), join(copy, path), { recursive: true }),
      ),
      symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules')),
    ]);
    await plant(join(copy, 'src', fault.file), fault);
    return await run(copy, fault.kind ?? 'any', {
      SIGNALBOX_LIVES: String(lives),
      SIGNALBOX_SEED: String(seed),
    });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function plant(path: string, { file, search, replacement }: PlantedFault): Promise<void> {
  const source = await readFile(path, 'utf8');
  const times = source.split(search).length - 1;
  if (times !== 1) throw new Error(`${file} has ${times} times, and not once: ${search}`);
  await writeFile(
    path,
    source.replace(search, () => replacement),
  );
}

function run(cwd: string, kind: string, more: Record<string, string>): Promise<Found> {
  const args = ['node_modules/tsx/dist/cli.mjs', 'test/lives/main.ts', kind];
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [report, errors] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (report += String(text)));
  child.stderr.on('data', (text: Buffer) => (errors += String(text)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      // What it says at its end shows that it came there: a source that does not run has not been judged.
      if (code !== null && report.endsWith('}\n')) resolve({ faulty: code, report });
      else reject(new Error(`no lives were lived (${code}): ${errors.slice(-2_000)}`));
    });
  });
}
