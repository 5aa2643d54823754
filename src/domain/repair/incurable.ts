import type { Invariant } from '../audit/findings/finding.js';

export const EVENTS = 'events are never written by hand: what happened is known by them alone';
const LEDGER = 'the ledger is the targets’ own: see what runs there, and say so with --target';

/** Why nothing here helps against what breaks one of these; the others have remedies. */
export const INCURABLE: { readonly [I in Invariant]?: string } = {
  events_dense: EVENTS,
  state_folded: 'a record and its events contradict one another, and nothing says which is right',
  transition_legal: EVENTS,
  terminal_final: EVENTS,
  stream_dense: EVENTS,
  stream_agrees: EVENTS,
  one_at_a_time: 'it has happened: see what runs on the targets, and say so with --target',
  targets_folded: 'nothing says which is right: see what runs there, and say so with --target',
  ledger_readable: LEDGER,
  ledger_overlap: LEDGER,
  ledger_fence: LEDGER,
  ledger_intent: LEDGER,
  ledger_evidence: LEDGER,
  ledger_once: LEDGER,
  ledger_active: LEDGER,
  jobs_known: 'a worker drops the job when its turn comes: nothing is owed for it',
};
