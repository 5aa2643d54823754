import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { extract } from 'tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** `UPDATE_GUIDES=1` writes down what the examples print now. */
const UPDATE = process.env['UPDATE_GUIDES'] === '1';
const root = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLES = join(root, 'examples/library');
const run = promisify(execFile);

const examples = readdirSync(EXAMPLES).filter((file) => file.endsWith('.ts'));
const printed = (name: string): string => join(EXAMPLES, name.replace(/\.c?[jt]s$/, '.txt'));

/** A project with nothing in it but the package as it is published, and what that depends on. */
const project = mkdtempSync(join(tmpdir(), 'signalbox-package-'));
const modules = join(project, 'node_modules');

beforeAll(async () => {
  const { stdout } = await run(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--offline', '--pack-destination', project],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 },
  );
  const [{ filename }] = JSON.parse(stdout);
  mkdirSync(join(modules, 'signalbox'), { recursive: true });
  await extract({ file: join(project, filename), cwd: join(modules, 'signalbox'), strip: 1 });
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of [...Object.keys(dependencies), '@types/node']) link(name);
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }');
  for (const file of readdirSync(EXAMPLES)) copyFileSync(join(EXAMPLES, file), join(project, file));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** As npm would have installed it, without asking anybody for it. */
function link(name: string): void {
  mkdirSync(dirname(join(modules, name)), { recursive: true });
  symlinkSync(realpathSync(join(root, 'node_modules', name)), join(modules, name));
}

/** Compiles every example as the strictest of users does, into a folder of its own. */
async function compile(module: string, resolution: string): Promise<string> {
  const outDir = `out-${resolution}`;
  const compilerOptions = {
    ...{ module, moduleResolution: resolution, target: 'es2023', lib: ['es2023'] },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ noPropertyAccessFromIndexSignature: true, verbatimModuleSyntax: true },
    ...{ skipLibCheck: false, types: ['node'], rootDir: '.', outDir },
  };
  const file = join(project, `tsconfig.${resolution}.json`);
  writeFileSync(file, JSON.stringify({ compilerOptions, files: examples }));
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', file]).catch((error: unknown) => {
    throw new Error(String(Object(error).stdout), { cause: error });
  });
  return join(project, outDir);
}

const type = async (folder: string, ...args: readonly string[]): Promise<string> =>
  (await run(process.execPath, args, { cwd: folder })).stdout;

describe.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('from the packed tarball, module %s resolved by %s', (module, resolution) => {
  let folder: string;
  beforeAll(async () => {
    folder = await compile(module, resolution);
  });

  test.concurrent.each(examples)(
    '%s compiles without a cast, and prints what the guide shows',
    async (name) => {
      expect(readFileSync(join(project, name), 'utf8')).not.toMatch(/\bas (?!const\b)/);
      const output = await type(folder, name.replace('.ts', '.js'));
      if (UPDATE) writeFileSync(printed(name), output);
      expect(output).toBe(readFileSync(printed(name), 'utf8'));
    },
  );
});

describe('require()', () => {
  test('gives the library on a Node that can', async () => {
    const output = await type(project, 'require.cjs');
    if (UPDATE) writeFileSync(printed('require.cjs'), output);
    expect(output).toBe(readFileSync(printed('require.cjs'), 'utf8'));
  });

  test.concurrent.each(['', '/producer', '/events', '/worker', '/config', '/drivers', '/testing'])(
    'says what to do on one that can not: signalbox%s',
    async (entry) => {
      const asked = `require('signalbox${entry}')`;
      const refused = type(project, '--no-experimental-require-module', '-e', asked);
      await expect(refused).rejects.toThrow(
        /signalbox is an ES module.*Node 20\.19.*await import\(/s,
      );
    },
  );

  test.concurrent.each(['', '/producer', '/events', '/worker', '/config', '/drivers', '/testing'])(
    'loads every entry that needs no peer: signalbox%s',
    async (entry) => {
      const asked = `console.log(Object.keys(require('signalbox${entry}')).length > 0)`;
      expect(await type(project, '-e', asked)).toBe('true\n');
    },
  );
});

test('every example stands in the guide, with what it prints', () => {
  const guide = readFileSync(join(root, 'docs/guides/library.md'), 'utf8');
  const files = readdirSync(EXAMPLES).map((file) => `<!-- examples/library/${file} -->`);
  expect(files.filter((file) => !guide.includes(file))).toEqual([]);
  expect(examples.filter((name) => !existsSync(printed(name)))).toEqual([]);
});
