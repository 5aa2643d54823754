import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Writes what a production install may bring, as CycloneDX JSON made from the
 * lock file, without the network: `node scripts/sbom.mjs [file]`.
 *
 * npm's own `--omit dev` leaves out whatever a development dependency uses as
 * well (zod, undici), so everything is asked for, and the lock file decides.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const [, , output = join(ROOT, 'sbom.cdx.json')] = process.argv;
const readJson = (name) => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));

const { name } = readJson('package.json');
const shipped = new Set(
  Object.entries(readJson('package-lock.json').packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`),
);

const sbom = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--offline'];
const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
const bill = JSON.parse(execFileSync('npm', sbom, options));

// npm takes the name of the folder that it happens to be in.
bill.metadata.component.name = name;
const root = bill.metadata.component['bom-ref'];
const isShipped = (ref) => shipped.has(ref);
bill.components = bill.components.filter((each) => isShipped(`${each.name}@${each.version}`));
bill.dependencies = bill.dependencies
  .filter(({ ref }) => ref === root || isShipped(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isShipped) }));

writeFileSync(output, `${JSON.stringify(bill, null, 2)}\n`);
