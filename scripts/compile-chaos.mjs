import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The chaos run as plain JavaScript: its workers, of which it starts thousands, start several times as fast. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = join(ROOT, '.signalbox', 'chaos');
const SCRIPTS = join('src', 'adapters', 'redis', 'scripts');

rmSync(OUTPUT, { recursive: true, force: true });
const options = ['--noCheck', '--declaration', 'false', '--sourceMap', 'false'];
execFileSync('npx', ['tsc', '-p', ROOT, '--outDir', OUTPUT, ...options], { stdio: 'inherit' });
cpSync(join(ROOT, SCRIPTS), join(OUTPUT, SCRIPTS), { recursive: true });
