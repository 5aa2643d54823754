/** The states of a deployment plan. The words are stored and published: they never change. */
export type PlanState =
  | { readonly status: 'draft' }
  /** `step`: where a retry goes on; from the first where it is not said. */
  | { readonly status: 'approved'; readonly step?: number }
  | {
      readonly status: 'executing';
      readonly step: number;
      /** A wait's end, or when a step that failed in passing is tried again (epoch milliseconds). */
      readonly waitUntil: number | null;
      /** How often this step was tried and failed in passing. */
      readonly attempts?: number;
      readonly gate?: OpenGate;
    }
  | { readonly status: 'verifying'; readonly attempt: number; readonly waitUntil: number | null }
  | {
      readonly status: 'paused';
      readonly from: Extract<PlanState, { status: 'executing' | 'verifying' }>;
      readonly reason: string;
      /** Epoch milliseconds. */
      readonly since: number;
    }
  | { readonly status: 'completed' }
  | {
      readonly status: 'rolling_back';
      readonly reason: string;
      readonly cause: RollbackCause;
      /** Epoch milliseconds: a rollback has its own deadline. */
      readonly since: number;
      /** When what failed in passing is tried again (epoch milliseconds), and how often it was. */
      readonly waitUntil?: number | null;
      readonly attempts?: number;
      /** It had ended before, and nothing is done yet: it may still be in line for its slot. */
      readonly reopened?: true;
    }
  | { readonly status: 'rolled_back'; readonly reason: string }
  /** `stoppedAt`: the step that a retry goes on with, where its targets were left as they were. */
  | {
      readonly status: 'failed';
      readonly reason: string;
      readonly stoppedAt?: number;
      /** The service has a newer version by now: what is active there is that one's to say. */
      readonly superseded?: true;
    }
  | { readonly status: 'cancelled'; readonly reason: string };

export type ExecutingState = Extract<PlanState, { status: 'executing' }>;

/** A gate that waits for somebody to promote. */
export interface OpenGate {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** When its timeout decides; `null` waits for ever. */
  readonly until: number | null;
}

export type PlanStatus = PlanState['status'];

/** `request`: somebody asked for it; `failure`: the execution, the verification or a deadline did. */
export type RollbackCause = 'failure' | 'request';

/** Every status, in the order of a deployment's life: counters and pages list them so. */
export const PLAN_STATUSES = [
  'draft',
  'approved',
  'executing',
  'verifying',
  'paused',
  'completed',
  'rolling_back',
  'rolled_back',
  'failed',
  'cancelled',
] as const satisfies readonly PlanStatus[];

const TERMINAL: ReadonlySet<PlanStatus> = new Set([
  'completed',
  'rolled_back',
  'failed',
  'cancelled',
]);

/** Whether the slot is given up: nothing more happens unless somebody asks for a rollback. */
export const isTerminal = (status: PlanStatus): boolean => TERMINAL.has(status);

/** The sentence that says why it ended or stopped here; `null` where none is due. */
export const reasonOf = (state: PlanState): string | null =>
  'reason' in state ? state.reason : null;
