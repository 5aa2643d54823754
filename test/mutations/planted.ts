import type { Invariant } from '../../src/domain/audit/findings/finding.js';
import type { Mutation } from './scenario.js';

/** A fault as somebody might write it one day, and the invariants of which one must notice it. */
export interface Planted extends Mutation {
  readonly caughtBy: readonly Invariant[];
}
