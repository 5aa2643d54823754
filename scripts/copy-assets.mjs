import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What tsc leaves behind: the Lua scripts, in the folders they have in src, and the mode of the CLI. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = join(ROOT, 'src');
const OUTPUT = join(ROOT, 'dist');
const CLI = join(OUTPUT, 'app', 'cli.main.js');

const scripts = readdirSync(SOURCE, { recursive: true }).filter((path) => path.endsWith('.lua'));
if (scripts.length === 0) throw new Error(`no Lua script was found under ${SOURCE}`);

for (const path of scripts) {
  mkdirSync(dirname(join(OUTPUT, path)), { recursive: true });
  copyFileSync(join(SOURCE, path), join(OUTPUT, path));
}

if (existsSync(CLI)) chmodSync(CLI, 0o755);
