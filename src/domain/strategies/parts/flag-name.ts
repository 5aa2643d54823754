import type { ServiceRef, Version } from '../../model/ids.js';

const LONGEST = 128;
const HASH_DIGITS = 8;

/**
 * `ff_<service>_<version>`, with only letters, digits, `.`, `_` and `-`. What is
 * too long is cut, and ends with a hash of the whole: two versions that begin
 * alike keep flags of their own.
 */
export function flagNameOf({ service }: Pick<ServiceRef, 'service'>, version: Version): string {
  const name = `ff_${service}_${version}`.replaceAll(/[^A-Za-z0-9_.-]/g, '_');
  if (name.length <= LONGEST) return name;
  const hash = fnv1a(`ff_${service}_${version}`).toString(16).padStart(HASH_DIGITS, '0');
  return `${name.slice(0, LONGEST - HASH_DIGITS - 1)}_${hash}`;
}

/** FNV-1a, 32 bits: G. Fowler, L. C. Noll, K.-P. Vo, RFC 9923, section 2. The text is ASCII. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  }
  return hash;
}
