import type { Finding } from '../audit/findings/finding.js';
import type { Remedy } from './repair.js';

/** As the audit says it. */
const COUNTED =
  /^(\S+) are counted as (\w+): a recount gives (\d+)(?: with the \d+ that were pruned)?$/;

/** What was known of counters before they were counted again. */
export interface CountMark {
  readonly recounts: ReadonlyMap<string, number>;
  readonly sequence: number;
}

/**
 * A counter is moved by as much as it was off when it was counted: what others
 * count meanwhile stays. A record that cannot be read has no status to count.
 */
export function recountRemedy(
  { message }: Finding,
  { recounts, sequence }: CountMark,
  unread: boolean,
): Remedy {
  const [, counter, status, recount] = COUNTED.exec(message) ?? [];
  if (counter === undefined || status === undefined) {
    return { why: 'how much it is off is not told' };
  }
  if (unread) return { why: 'a record cannot be read, so that a recount may not be right' };
  const mark = { recounts: recounts.get(status) ?? 0, sequence };
  return { repair: { kind: 'recount', status, counter, recount: Number(recount), ...mark } };
}
