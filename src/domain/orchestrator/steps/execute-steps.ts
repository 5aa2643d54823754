import { assertNever } from '../../model/assert-never.js';
import { deadlineReason, missedDeadline } from '../../plan/deadlines.js';
import { stepsOf } from '../../model/deployment/deployment.js';
import type { PlanState } from '../../model/deployment/plan-state.js';
import type { Step, StepKind, WaitStep } from '../../model/plan/step.js';
import { begin } from './begin.js';
import { blocked } from '../pass/blocked.js';
import { checkTargets } from './check-targets.js';
import { earliest, type Leg, type Rest } from '../pass/leg.js';
import { passGate } from './pass-gate.js';
import { settleOpenCalls } from '../pass/settle-open-calls.js';
import { analyze, measureBackground } from './run-analysis.js';
import { setFlag } from './set-flag.js';
import { takeActingStep } from './take-acting-step.js';

/** Walks the steps from where the deployment stands until it ends, waits or is told to stop. */
export async function executeSteps(leg: Leg): Promise<Rest> {
  const { journal } = leg;
  if (journal.deployment.state.status === 'approved') {
    const left = await settleOpenCalls(leg);
    if (left !== null) return left;
    await begin(leg);
  }
  for (;;) {
    if (halted(leg) || endedByDeadline(leg)) return null;
    const measuring = await measureBackground(leg, false);
    const state = executing(leg);
    if (state === null || halted(leg)) return null;
    const step = stepsOf(journal.deployment)[state.step];
    if (step === undefined) return null;
    const rest = passedOver(leg, step) ? null : await takeStep(leg, step, state);
    if (rest !== null) return earliest([rest, measuring]);
    // Told to stop, it may not have come to the step's end.
    if (halted(leg) || executing(leg)?.step !== state.step) continue;
    if (isLast(leg, state.step)) await measureBackground(leg, true);
    const ticket = journal.submit({ type: 'complete_step', step: state.step });
    if (ticket.refusal !== null) return null;
  }
}

type Executing = Extract<PlanState, { status: 'executing' }>;

function executing({ journal }: Leg): Executing | null {
  const { state } = journal.deployment;
  return state.status === 'executing' ? state : null;
}

const halted = (leg: Leg): boolean =>
  executing(leg) === null || leg.draining.aborted || leg.abort.aborted;

function endedByDeadline({ journal, clock }: Leg): boolean {
  const missed = missedDeadline(journal.deployment, clock.now());
  if (missed === undefined) return false;
  const reason = deadlineReason(missed);
  return journal.submit({ type: 'rollback', reason, cause: 'failure' }).refusal === null;
}

const WAITING: ReadonlySet<StepKind> = new Set(['wait', 'gate', 'analyze']);

/** Somebody promoted to the end: nothing only waits or judges any more. */
const passedOver = ({ journal }: Leg, step: Step): boolean =>
  journal.deployment.course.promotedToEnd && WAITING.has(step.kind);

const isLast = ({ journal }: Leg, step: number): boolean =>
  step + 1 === stepsOf(journal.deployment).length;

const KINDS: { readonly [K in StepKind]: true } = {
  ...{ deploy: true, check: true, wait: true, shift: true },
  ...{ set_flag: true, gate: true, analyze: true, retire: true },
};
const KNOWN: ReadonlySet<string> = new Set(Object.keys(KINDS));

/** A newer version planned it: whoever runs that version goes on; nothing is taken back for it. */
const leftToNewer = (leg: Leg, { kind }: Step): Rest =>
  blocked(leg, {
    kind: 'version',
    reason: `this worker's version has no step ${kind}`,
    liftedBy: 'a worker of the version that planned it',
  });

function takeStep(leg: Leg, step: Step, state: Executing): Promise<Rest> {
  const { step: number, attempts, waitUntil } = state;
  // What failed in passing is not due again yet.
  if (attempts !== undefined && waitUntil !== null && waitUntil > leg.clock.now()) {
    return Promise.resolve(waitUntil);
  }
  if (!KNOWN.has(step.kind)) return Promise.resolve(leftToNewer(leg, step));
  switch (step.kind) {
    case 'deploy':
    case 'shift':
    case 'retire':
      return takeActingStep(leg, step, number);
    case 'check':
      return checkTargets(leg, step, number);
    case 'wait':
      return Promise.resolve(wait(leg, step, state));
    case 'set_flag':
      return setFlag(leg, step, number);
    case 'gate':
      return Promise.resolve(passGate(leg, number));
    case 'analyze':
      return analyze(leg, step, number);
    default:
      return assertNever(step);
  }
}

function wait({ journal, clock }: Leg, step: WaitStep, { step: at, waitUntil }: Executing): Rest {
  const until = waitUntil ?? clock.now() + step.ms;
  journal.submit({ type: 'wait', step: at, until });
  return until > clock.now() ? until : null;
}
