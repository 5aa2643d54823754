import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const BUILT_PROGRAMS = join(ROOT, '.test-build');

/** The compiled form of a test's program; tsconfig.programs.json names them, programs.global.ts compiles. */
export const program = (source: URL): string =>
  join(BUILT_PROGRAMS, relative(ROOT, fileURLToPath(source))).replace(/\.ts$/, '.js');
