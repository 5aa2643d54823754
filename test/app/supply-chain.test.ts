import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));

const Locked = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  dev: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
});
const { lockfileVersion, packages } = z
  .object({ lockfileVersion: z.number(), packages: z.record(z.string(), Locked) })
  .parse(readJson('package-lock.json'));
const Versions = z.record(z.string(), z.string());
const manifest = z
  .object({
    name: z.string(),
    version: z.string(),
    files: z.array(z.string()),
    scripts: Versions,
    dependencies: Versions,
    devDependencies: Versions,
    overrides: z.record(z.string(), z.unknown()),
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(readJson('package.json'));

const locked = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ path, name: path.split('node_modules/').at(-1) ?? '', ...entry }));

describe('the lock file', () => {
  test('has what was installed from, whole', () => {
    expect(lockfileVersion).toBe(3);
    expect(locked.length).toBeGreaterThan(400);
  });

  test('takes everything from a registry by https, with a hash that nobody can make fit', () => {
    for (const { path, version, resolved, integrity, link, inBundle } of locked) {
      // Without an address of its own it comes from the registry that npm is set to.
      expect(resolved ?? 'https://registry.npmjs.org/', path).toMatch(
        /^https:\/\/registry\.npmjs\.org\//,
      );
      expect(integrity, path).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
      expect(version, path).toMatch(/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/);
      expect([link, inBundle], path).toEqual([undefined, undefined]);
    }
  });

  test('has nothing that runs at installation but what is known, and that is not let run', () => {
    const scripted = locked.filter(({ hasInstallScript }) => hasInstallScript === true);
    const names = [...new Set(scripted.map(({ name }) => name))].toSorted();
    expect(names).toEqual(['cpu-features', 'esbuild', 'msgpackr-extract', 'protobufjs', 'ssh2']);
    expect(Object.keys(manifest.allowScripts).toSorted()).toEqual(names);
    expect(Object.values(manifest.allowScripts)).not.toContain(true);
  });

  test('runs nothing of ours at installation either', () => {
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) {
      expect(manifest.scripts).not.toHaveProperty(name);
    }
  });

  test('is for versions that are asked for exactly', () => {
    for (const [name, version] of Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
    })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
      expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
    expect(JSON.stringify(manifest.overrides)).not.toMatch(/(?:git|http|file|link|npm):/);
  });
});

const Component = z.object({
  'bom-ref': z.string(),
  type: z.literal('library'),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  hashes: z.array(z.object({ alg: z.string(), content: z.string() })),
});
const Bill = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  metadata: z.object({ component: z.object({ name: z.string(), version: z.string() }) }),
  components: z.array(Component),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

describe('the bill of materials that npm run sbom writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-sbom-'));
  let text = '';
  let bill: z.output<typeof Bill>;
  beforeAll(() => {
    const file = join(folder, 'sbom.json');
    execFileSync(process.execPath, [join(root, 'scripts/sbom.mjs'), file], { cwd: folder });
    text = readFileSync(file, 'utf8');
    bill = Bill.parse(JSON.parse(text));
    rmSync(folder, { recursive: true });
  });

  test('is of this package, and goes where it goes', () => {
    const { name, version } = manifest;
    expect(bill.metadata.component).toMatchObject({ name, version });
    expect(manifest.scripts['sbom']).toBe('node scripts/sbom.mjs');
    expect(manifest.files).toContain('sbom.cdx.json');
  });

  test('lists what a production install may bring, by name, version, address and hash, and no more', () => {
    const shipped = locked.filter(({ dev }) => dev !== true);
    const expected = new Set(shipped.map(({ name, version }) => `${name}@${version}`));
    expect(new Set(bill.components.map((each) => `${each.name}@${each.version}`))).toEqual(
      expected,
    );
    for (const name of Object.keys(manifest.dependencies)) {
      expect(expected).toContain(`${name}@${manifest.dependencies[name]}`);
    }
    const hashes = new Map(
      bill.components.map(({ name, version, hashes: [hash] }) => [`${name}@${version}`, hash]),
    );
    for (const { name, version, integrity = '' } of shipped) {
      const content = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
      expect(hashes.get(`${name}@${version}`)).toEqual({ alg: 'SHA-512', content });
    }
    for (const { name, version, purl } of bill.components) {
      expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`);
    }
  });

  test('says what needs what, all of it listed', () => {
    const refs = new Set(bill.components.map((each) => each['bom-ref']));
    const own = `${manifest.name}@${manifest.version}`;
    expect(new Set(bill.dependencies.map(({ ref }) => ref))).toEqual(new Set([own, ...refs]));
    for (const { dependsOn } of bill.dependencies) {
      for (const ref of dependsOn) expect(refs).toContain(ref);
    }
    const direct = bill.dependencies.find(({ ref }) => ref === own)?.dependsOn ?? [];
    for (const [name, version] of Object.entries(manifest.dependencies)) {
      expect(direct).toContain(`${name}@${version}`);
    }
  });

  test('tells nothing of the machine it was made on', () => {
    for (const place of [root, root.slice(0, -1), folder, tmpdir(), homedir()]) {
      expect(text).not.toContain(`${place}/`);
    }
    expect(text).not.toMatch(/file:|"path"|[A-Z]:\\\\/);
    const names = bill.components.map(({ name }) => name);
    if (basename(root) !== manifest.name) expect(names).not.toContain(basename(root));
  });
});
