import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The command line as it is shipped: it starts in half the time that its sources take. */
export const CLI = join(root, 'dist/app/cli.main.js');

const builtAt = statSync(CLI, { throwIfNoEntry: false })?.mtimeMs ?? 0;
for (const file of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
  if (file.endsWith('.ts') && statSync(join(root, 'src', file)).mtimeMs > builtAt) {
    throw new Error(`src/${file} is newer than ${CLI}: npm run build`);
  }
}
