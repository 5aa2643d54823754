import { NO_PROGRESS } from '../../model/deployment/progress.js';
import { decided } from '../../plan/machine/decided.js';
import { type Deployment, progressMap } from '../../model/deployment/deployment.js';
import { evolve } from '../../plan/fold/evolve.js';
import { evolveState } from '../../plan/fold/evolve-state.js';
import type { PlanEvent, RecordedEvent } from '../../model/deployment/plan-event.js';
import { isTerminal, type PlanState, type PlanStatus } from '../../model/deployment/plan-state.js';
import { isReport, mayReport } from '../../plan/machine/report-rules.js';
import { commandsBehind } from './commands-behind.js';
import { difference } from '../findings/difference.js';
import type { Invariant } from '../findings/finding.js';
import { foldable } from './foldable.js';

/** A deployment before anything happened to it: its plan, and nothing else. */
export const unbegun = (deployment: Deployment): Deployment => ({
  ...deployment,
  state: { status: 'draft' },
  targets: progressMap(deployment.plan),
  previous: null,
  declared: null,
  shares: null,
  takesBack: null,
  health: null,
  progress: NO_PROGRESS,
  analyses: {},
  succeeded: false,
  revision: 0,
  startedAt: null,
  endedAt: null,
});

export interface Replayed {
  /** `null` where an event could not be folded. */
  readonly deployment: Deployment | null;
  /** The first event that the machine would not have written there. */
  readonly fault: Fault | null;
}

export interface Fault {
  readonly invariant: Extract<Invariant, 'transition_legal' | 'terminal_final'>;
  readonly sequence: number;
  readonly message: string;
}

/**
 * Folds the events again, asking of each whether it may come there: the machine
 * of what was decided, its guard of what a worker reported.
 */
export function replay(stored: Deployment, events: readonly RecordedEvent[]): Replayed {
  let deployment = unbegun(stored);
  let fault: Fault | null = null;
  let judged = 0;
  for (const [at, recorded] of events.entries()) {
    const before: Deployment = deployment;
    if (fault === null && at >= judged) {
      const length =
        at === 0 ? begun(recorded) : lawful(before, recorded, events.slice(at, at + LONGEST));
      judged = at + length;
      if (length === 0) fault = faultOf(before.state.status, recorded);
    }
    const after = foldable(() => evolve(before, recorded));
    if (after === null) {
      const { sequence, event } = recorded;
      const message = `${event.type} is of no kind that this version can fold`;
      return { deployment: null, fault: { invariant: 'transition_legal', sequence, message } };
    }
    deployment = after;
  }
  return { deployment, fault };
}

/** As many events as one command comes to at most: promoted, its step completed, verifying. */
const LONGEST = 4;

/** It begins with its plan. */
const begun = ({ event }: RecordedEvent): number => (event.type === 'deployment.planned' ? 1 : 0);

/** How many of these events are one report, or what an order or a conclusion comes to; 0 for none. */
function lawful(
  deployment: Deployment,
  { event: first }: RecordedEvent,
  ahead: readonly RecordedEvent[],
): number {
  if (isReport(first)) return mayReport(deployment, first) ? 1 : 0;
  for (const said of commandsBehind(deployment, first)) {
    const decision = decided(deployment, said);
    const wanted = decision.ok ? decision.value : [];
    const same = wanted.every((event, at) => isSame(event, ahead[at]?.event));
    if (wanted.length > 0 && same) return wanted.length;
  }
  return 0;
}

/** Times that follow from the moment of a command, and what a forced end says of targets, can't be told from the event alone. */
function isSame(wanted: PlanEvent, written: PlanEvent | undefined): boolean {
  const forced = wanted.type === 'deployment.failed' && wanted.forced;
  const open = { retryAt: null, until: null, ...(forced && { reason: null }) };
  return difference({ ...wanted, ...open }, { ...written, ...open }) === null;
}

function faultOf(status: PlanStatus, { sequence, event }: RecordedEvent): Fault {
  const ended = isTerminal(status);
  return {
    invariant: ended ? 'terminal_final' : 'transition_legal',
    sequence,
    message: `${event.type} was written while it was ${status}`,
  };
}

/** The status after the first so many events; `null` after none. */
export function statusAfter(events: readonly RecordedEvent[], count: number): PlanStatus | null {
  if (count === 0) return null;
  const blank: PlanState = { status: 'draft' };
  const told = events.slice(0, count);
  const state = foldable(() =>
    told.reduce<PlanState>((before, { event, at }) => evolveState(before, event, at), blank),
  );
  return state?.status ?? null;
}
