import { assertNever } from '../assert-never.js';
import type { TargetId } from '../ids.js';
import { deadlineOf, progressOf } from '../plan/deployment.js';
import { budgetExceeded } from '../plan/failure-budget.js';
import type { PlanState } from '../plan/plan-state.js';
import type { CheckStep, DeployStep, Step, WaitStep } from '../plan/step.js';
import type { Target } from '../plan/target.js';
import { type CallPlan, callDriver } from './call-driver.js';
import { earliest, inLanes, type Leg, type Rest } from './leg.js';

/** Walks the steps from where the deployment stands until it ends, waits or is told to stop. */
export async function executeSteps(leg: Leg): Promise<Rest> {
  const { journal, clock } = leg;
  begin(leg);
  for (;;) {
    const { state, plan } = journal.deployment;
    if (state.status !== 'executing' || leg.draining.aborted || leg.abort.aborted) return null;
    const deadline = deadlineOf(journal.deployment);
    if (deadline !== null && clock.now() > deadline) {
      journal.submit({ type: 'rollback', reason: 'deadline passed', cause: 'failure' });
      return null;
    }
    const step = plan.steps[state.step];
    if (step === undefined) return null;
    const rest = await takeStep(leg, step, state);
    if (rest !== null) return rest;
    const ticket = journal.submit({ type: 'complete_step', step: state.step });
    if (ticket.refusal !== null) return null;
  }
}

function begin({ journal, lastGood }: Leg): void {
  if (journal.deployment.state.status !== 'approved') return;
  const previous =
    lastGood?.version == null
      ? null
      : { version: lastGood.version, deploymentId: lastGood.deploymentId };
  journal.submit({ type: 'begin', previous });
}

type Executing = Extract<PlanState, { status: 'executing' }>;

function takeStep(leg: Leg, step: Step, state: Executing): Promise<Rest> {
  switch (step.kind) {
    case 'deploy':
      return deploy(leg, step);
    case 'check':
      return check(leg, step);
    case 'wait':
      return Promise.resolve(wait(leg, step, state));
    default:
      return assertNever(step);
  }
}

function wait({ journal, clock }: Leg, step: WaitStep, { step: at, waitUntil }: Executing): Rest {
  const until = waitUntil ?? clock.now() + step.ms;
  journal.submit({ type: 'wait', step: at, until });
  return until > clock.now() ? until : null;
}

async function deploy(leg: Leg, step: DeployStep): Promise<Rest> {
  const { journal } = leg;
  const { version } = journal.deployment;
  const plan: CallPlan = {
    action: 'deploy',
    version,
    intent: (target) => {
      const { fence, worker } = leg;
      return { type: 'start_target', target, fence, worker };
    },
    done: (target, evidence) => ({ type: 'update_target', target, evidence }),
    failed: (target, { message: error, transient, evidence = null }) => {
      const at = leg.clock.now();
      return { type: 'fail_target', target, error, transient, evidence, at };
    },
  };
  const open = targetsOf(leg, step.targets).filter(({ id }) => isOpen(leg, id));
  let running = open.length;
  const rests = await inLanes(open, open.length, async (target) => {
    const may = !leg.draining.aborted && mayCall(leg, target.id, step);
    const rest = may ? await callDriver(leg, target, plan) : null;
    running -= 1;
    // The last report of a batch is written with what comes next; the others do not wait for it.
    if (running > 0) await journal.flush();
    return rest;
  });
  return budgetExceeded(journal.deployment, step) ? null : earliest(rests);
}

async function check(leg: Leg, step: CheckStep): Promise<Rest> {
  const { journal, checker, abort, clock } = leg;
  if (checker === null) return null;
  await journal.flush();
  const { service, environment, version } = journal.deployment;
  const subjects = targetsOf(leg, step.targets)
    .filter(({ id }) => progressOf(journal.deployment, id).state === 'updated')
    .map((target) => ({ service, environment, version, target }));
  await inLanes(subjects, subjects.length, async (subject) => {
    const { status, reason } = await checker.runAllConcurrently([subject], abort);
    if (abort.aborted || status === 'healthy' || status === 'degraded') return;
    const at = clock.now();
    const target = subject.target.id;
    const error = `${status}: ${reason}`;
    journal.submit({ type: 'fail_target', target, error, transient: false, evidence: null, at });
  });
  return abort.aborted ? clock.now() : null;
}

const isOpen = ({ journal }: Leg, id: TargetId): boolean => {
  const { state } = progressOf(journal.deployment, id);
  return state === 'pending' || state === 'started';
};

/** Past the tolerance nothing new begins; a call that an earlier run left open is still seen to its end. */
function mayCall(leg: Leg, id: TargetId, step: DeployStep): boolean {
  const { state, retryAt } = progressOf(leg.journal.deployment, id);
  if (state === 'started' && retryAt === null) return true;
  return isOpen(leg, id) && !budgetExceeded(leg.journal.deployment, step);
}

const targetsOf = ({ journal }: Leg, ids: readonly TargetId[]): readonly Target[] => {
  const wanted = new Set(ids);
  return journal.deployment.plan.targets.filter(({ id }) => wanted.has(id));
};
