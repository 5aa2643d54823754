import { existsSync, readFileSync } from 'node:fs';

/** Of this package, wherever it was compiled to. */
export function packageVersion(from = import.meta.url): string {
  const file = new URL('package.json', from);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).version ?? '';
  const above = new URL('..', from);
  return above.href === from ? '' : packageVersion(above.href);
}
