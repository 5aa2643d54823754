import { ANYTHING, type TargetStatus, UNTOUCHED } from '../../domain/model/target-status.js';

/** What a target runs as far as is known now: `1.4.1`, `nothing`, `1.4.1 or 1.5.0`, `not known`. */
export function knownVersion({ version }: TargetStatus = UNTOUCHED): string {
  if (version.includes(ANYTHING)) return 'not known';
  return version.map((one) => one ?? 'nothing').join(' or ');
}
