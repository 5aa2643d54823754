import { awaitsAnalyses } from '../../plan/awaited-analyses.js';
import { deadlineReason, missedDeadline } from '../../plan/deadlines.js';
import { stepsOf } from '../../model/deployment/deployment.js';
import { failed } from '../../plan/machine/failure.js';
import type { ExecutingState } from '../../model/deployment/plan-state.js';
import { stepEnd } from '../../plan/conclusions/step-end.js';
import type { Step, StepKind, WaitStep, GateStep } from '../../model/plan/step.js';
import { begin } from './begin.js';
import { blocked } from '../pass/blocked.js';
import { checkTargets } from './check-targets.js';
import { countOld } from '../pass/count-old.js';
import { earliest, type Pass, type WaitUntil } from '../pass/pass.js';
import { settleOpenCalls } from '../pass/settle-open-calls.js';
import { analyze, awaitAnalyses, measureBackground } from './run-analysis.js';
import { setFlag } from './set-flag.js';
import { holdStage } from './hold-stage.js';
import type { ActingStep } from '../../reconcile/desired.js';
import { takeActingStep } from './take-acting-step.js';
import { gateTimeout } from '../../plan/machine/gate-rules.js';

/** Walks the steps from where the deployment stands until it ends, waits or is told to stop. */
export async function executeSteps(pass: Pass): Promise<WaitUntil> {
  const { journal } = pass;
  if (journal.deployment.state.status === 'approved') {
    const left = (await settleOpenCalls(pass)) ?? (await begin(pass));
    if (left !== null) return left;
  }
  for (;;) {
    if (halted(pass) || endedByDeadline(pass)) return null;
    const measuring = await measureBackground(pass, false);
    const state = executing(pass);
    if (state === null || halted(pass)) return null;
    const step = stepsOf(journal.deployment)[state.step];
    if (step === undefined) return null;
    const behind = WAITING.has(step.kind) ? await holdStage(pass, state.step) : null;
    if (behind !== null || halted(pass)) return behind;
    const waitUntil = passedOver(pass, step) ? null : await takeStep(pass, step, state);
    if (waitUntil !== null) return earliest([waitUntil, measuring]);
    // Told to stop, it may not have come to the step's end.
    if (halted(pass) || executing(pass)?.step !== state.step) continue;
    if (isLast(pass, state.step) && !awaitsAnalyses(journal.deployment))
      await measureBackground(pass, true);
    if (journal.report(stepEnd(state.step)).events.length === 0) return null;
  }
}

function executing({ journal }: Pass): ExecutingState | null {
  const { state } = journal.deployment;
  return state.status === 'executing' ? state : null;
}

const halted = (pass: Pass): boolean =>
  executing(pass) === null || pass.draining.aborted || pass.abort.aborted;

function endedByDeadline({ journal, clock }: Pass): boolean {
  const missed = missedDeadline(journal.deployment, clock.now());
  if (missed === undefined) return false;
  journal.report(failed(deadlineReason(missed)));
  return true;
}

const WAITING: ReadonlySet<StepKind> = new Set(['wait', 'gate', 'analyze', 'measure']);

/** Somebody promoted to the end: nothing only waits or judges any more. */
const passedOver = ({ journal }: Pass, step: Step): boolean =>
  journal.deployment.progress.promotedToEnd && WAITING.has(step.kind);

const isLast = ({ journal }: Pass, step: number): boolean =>
  step + 1 === stepsOf(journal.deployment).length;

/** A newer version planned it: whoever runs that version goes on; nothing is taken back for it. */
const leftToNewer = (pass: Pass, { kind }: Step): WaitUntil =>
  blocked(pass, {
    kind: 'version',
    reason: `this worker's version has no step ${kind}`,
    liftedBy: 'a worker of the version that planned it',
  });

type Take<S extends Step> = (
  pass: Pass,
  step: S,
  at: ExecutingState,
) => WaitUntil | Promise<WaitUntil>;
type StepOf<K extends StepKind> = Extract<Step, { readonly kind: K }>;

const act: Take<ActingStep> = (pass, step, at) => takeActingStep(pass, step, at.step);

const TAKES: { readonly [K in StepKind]: Take<StepOf<K>> } = {
  deploy: act,
  shift: act,
  close: act,
  retire: act,
  check: (pass, step, at) => checkTargets(pass, step, at.step),
  wait,
  set_flag: (pass, step, at) => setFlag(pass, step, at.step),
  gate: passGate,
  analyze: (pass, step, at) => analyze(pass, step, at.step),
  measure: awaitAnalyses,
};

async function takeStep(pass: Pass, step: Step, at: ExecutingState): Promise<WaitUntil> {
  // What failed in passing is not due again yet.
  if (at.attempts !== undefined && at.waitUntil !== null && at.waitUntil > pass.clock.now()) {
    return at.waitUntil;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lookup is by the step's own kind
  const take = TAKES[step.kind] as Take<Step> | undefined;
  return take === undefined ? leftToNewer(pass, step) : take(pass, step, at);
}

/** What is counted of the last minute of a wait needs a reading at its beginning. */
const COUNTED_MS = 60_000;

async function wait(
  pass: Pass,
  { ms }: WaitStep,
  { step, waitUntil }: ExecutingState,
): Promise<WaitUntil> {
  const { journal, clock } = pass;
  const until = waitUntil ?? clock.now() + ms;
  if (waitUntil === null) journal.report({ type: 'deployment.waiting', step, until });
  const last = journal.deployment.progress.counted?.at(-1);
  if (last !== undefined && last.at < until - COUNTED_MS) {
    if (clock.now() < until - COUNTED_MS) return until - COUNTED_MS;
    await countOld(pass);
  }
  return until > clock.now() ? until : null;
}

/** A gate without a timeout is looked at this often, so that what waits is never forgotten. */
const LOOK_AGAIN_MS = 86_400_000;

/** Reaches the gate, and lets its timeout decide when nobody promotes. */
export function passGate({ journal, clock }: Pass, gate: GateStep, at: ExecutingState): WaitUntil {
  const { step, gate: open } = at;
  const now = clock.now();
  const until = open?.until ?? (gate.timeout === null ? null : now + gate.timeout);
  if (open === undefined) {
    journal.report({ type: 'deployment.gate_reached', step, name: gate.name, until });
  }
  if (until === null) return now + LOOK_AGAIN_MS;
  if (now < until) return until;
  journal.report(gateTimeout(step, now));
  return null;
}
