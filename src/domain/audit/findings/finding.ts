import type { DeploymentId } from '../../model/ids.js';

/** What must hold at any time, each with the sentence that an operator reads. */
export const INVARIANTS = {
  record_readable: 'every record can be read, and its fields say the same',
  events_dense: 'the events of a deployment are numbered from 1 without gaps, up to its revision',
  state_folded: 'a deployment is what its events make it',
  transition_legal: 'every event is one that the machine allows at that point',
  terminal_final: 'an ended deployment is left alone, unless it is rolled back or retried',
  fence_rising: 'the fences of a service never fall, and no two claims have the same',
  stream_dense: 'the events of all are numbered without gaps, up to the last',
  stream_agrees: 'the stream of all tells what the deployments’ own events tell',
  one_at_a_time: 'one deployment at a time changes a service',
  counters_exact: 'the counters are what a recount gives, with what retention pruned',
  active_folded: 'the active deployment is the one that the endings lead to',
  stable_folded: 'the stable versions holds what was completed and not taken back',
  targets_folded: 'what is recorded of a target is what its events say',
  slot_held: 'the slot is held by whoever changes the service; who waits for it is in line',
  limits_kept:
    'whoever is under way counts against its limits, nobody else does, and they are kept',
  due_complete: 'all that owes work is looked after, and nothing else',
  open_complete: 'the open deployments are those that have not ended',
  history_complete: 'the histories name every deployment, and no other',
  jobs_known: 'every job that we published belongs to a deployment that owes or owed it',
  ledger_readable: 'the ledger of the targets can be read',
  ledger_overlap: 'on the targets of a service, calls of two deployments never overlap',
  ledger_fence: 'no target lets an older fence act after a newer one',
  ledger_intent: 'every call is announced before it is made',
  ledger_evidence: 'what is said to be on a target was put there',
  ledger_once: 'a call that was announced once is carried out once',
  ledger_active: 'the targets run the version that is called active',
} as const;

export type Invariant = keyof typeof INVARIANTS;

/** The first thing found that breaks an invariant, in one place. */
export interface Finding {
  readonly invariant: Invariant;
  /** One sentence. */
  readonly message: string;
  readonly deploymentId?: DeploymentId | undefined;
  /** `environment/service` */
  readonly service?: string | undefined;
  /** The deployment's event at which it shows. */
  readonly eventSequence?: number | undefined;
}

/** Counts all findings and keeps the first few of each kind: a broken store must not fill the memory. */
export class FindingLog {
  readonly #most: number;
  readonly #counts = new Map<Invariant, number>();
  readonly #kept: Finding[] = [];

  /** @param most of one invariant */
  constructor(most: number) {
    this.#most = most;
  }

  add(finding: Finding): void {
    const count = (this.#counts.get(finding.invariant) ?? 0) + 1;
    this.#counts.set(finding.invariant, count);
    if (count <= this.#most) this.#kept.push(finding);
  }

  get kept(): readonly Finding[] {
    return this.#kept;
  }

  get counts(): Readonly<Partial<Record<Invariant, number>>> {
    return Object.fromEntries(this.#counts);
  }
}
