import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What tsc leaves behind: the Lua scripts, in the folders they have in src, what
 * `require()` is given, and the mode of the CLI.
 */
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

/** A Node that can require ES modules takes `module-sync` and never comes here, and bundlers can. */
const required = (name) => `'use strict';
if (!process.features.require_module) {
  throw new Error(
    'signalbox is an ES module, and ' + process.version + ' cannot require() one: use Node 20.19 or newer, or load it with await import(...)',
  );
}
module.exports = require('./${name}.js');
`;
const ENTRIES = join(OUTPUT, 'app', 'entries');
for (const file of readdirSync(ENTRIES).filter((name) => name.endsWith('.js'))) {
  const name = file.slice(0, -'.js'.length);
  writeFileSync(join(ENTRIES, `${name}.cjs`), required(name));
}

if (existsSync(CLI)) chmodSync(CLI, 0o755);
