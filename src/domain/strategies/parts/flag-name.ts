import type { ServiceRef } from '../../model/ids.js';

const LONGEST = 128;

const HASH_DIGITS = 8;

const VERSION = '{version}';

/** Whether each version has a flag of its own. */
export const isPerVersion = (template: string): boolean => template.includes(VERSION);

/** The name for every version where none is given. */
export const flagTemplateOf = ({ service }: Pick<ServiceRef, 'service'>): string =>
  `ff_${service}_${VERSION}`;

/** `ff_<service>_<version>` */
export const flagNameOf = (ref: Pick<ServiceRef, 'service'>, version: string): string =>
  flagNameIn(flagTemplateOf(ref), version);

/**
 * The name with the version in it, of which only letters, digits, `.`, `_` and
 * `-` stay. What is too long is cut, and ends with a hash of the whole, as does
 * what has other characters than tags, digests and paths have: two versions that
 * come out alike keep flags of their own. One without `{version}` is as it is.
 */
export function flagNameIn(template: string, version: string): string {
  if (!isPerVersion(template)) return template;
  const full = template.replaceAll(VERSION, () => version);
  const safe = version.replaceAll(/[^A-Za-z0-9_.-]/gu, '_');
  const name = template.replaceAll(VERSION, () => safe);
  if (name.length <= LONGEST && /^[A-Za-z0-9._/@+:~=-]*$/.test(version)) return name;
  const hash = fnv1a(full).toString(16).padStart(HASH_DIGITS, '0');
  return `${name.slice(0, LONGEST - HASH_DIGITS - 1)}_${hash}`;
}

/** FNV-1a, 32 bits: G. Fowler, L. C. Noll, K.-P. Vo, RFC 9923, section 2, of the text in UTF-8. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}
