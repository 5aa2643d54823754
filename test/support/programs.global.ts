import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BUILT_PROGRAMS, ROOT } from './program.js';

/** Compiles what tests start in processes of their own: with tsx each of them would take two seconds to start. */
export async function setup(): Promise<void> {
  await promisify(execFile)('node_modules/.bin/tsc', ['-p', 'tsconfig.programs.json'], {
    cwd: ROOT,
  });
  await copyFile(join(ROOT, 'package.json'), join(BUILT_PROGRAMS, 'package.json'));
  const sources = await readdir(join(ROOT, 'src'), { recursive: true });
  for (const path of sources.filter((file) => file.endsWith('.lua'))) {
    const copy = join(BUILT_PROGRAMS, 'src', path);
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(join(ROOT, 'src', path), copy);
  }
}
