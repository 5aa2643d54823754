import { extname } from 'node:path';

/** `.ts` where the run is started from its sources, `.js` where it was compiled before. */
export const SUFFIX = extname(import.meta.url);

/** What processes of the run are started with; of compiled code they start several times as fast. */
export const LOADER: readonly string[] = SUFFIX === '.ts' ? ['--import', 'tsx'] : [];
