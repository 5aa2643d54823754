/**
 * The life of a deployment as a pure table: status × command → events, or a
 * refusal in a sentence. `evolve` (evolve.ts) folds the events back into the
 * deployment. Workers bring facts in as commands and carry the decisions out.
 *
 *   draft ─approve─▶ approved ─begin─▶ executing ─last step─▶ verifying ─healthy─▶ completed
 *     │ cancel          │ cancel           │ ⇅ pause             │ ⇅ pause            │ rollback
 *     ▼                 ▼                  ▼                     ▼                    ▼
 *   cancelled       cancelled          (failure, request) ──────────────────▶ rolling_back ─▶ rolled_back
 *                                          └─ policy hold, or not restored ──────────▶ failed
 *
 * `nothing` accepts what was accepted before: jobs are delivered at least once.
 */
import { ok } from '../../model/result.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import { type Decision, refuse, type Rule } from './decision.js';
import { conclude, measured, startAnalysis } from './analysis-rules.js';
import * as approval from './approval-rules.js';
import * as effect from './effect-rules.js';
import * as execution from './execution-rules.js';
import { forceEnd } from './force-rules.js';
import { openGate, passedBefore, promote, timeOutGate } from './gate-rules.js';
import type { CommandType, PlanCommand } from './plan-command.js';
import type { PlanStatus } from '../../model/deployment/plan-state.js';
import { halt, retry } from './retry-rules.js';
import * as rollback from './rollback-rules.js';

type Table = {
  readonly [C in CommandType]: { readonly [S in PlanStatus]: Rule<S, C> };
};

const nothing = (): Decision => ok([]);
const { cancel, begin, wait, complete, judge, pause, resume } = execution;
const { accept, expire, hold, override } = approval;
const { startFlag, finishFlag, failStep, failRestoring, restoreFlag } = effect;
const { abort, reopen, finish, giveUp } = rollback;

/** The whole machine. A command without a row, or a status without a cell, does not compile. */
// prettier-ignore
const RULES: Table = {
  approve:                { draft: accept,   approved: nothing,  executing: nothing,       verifying: nothing,      paused: nothing,      completed: nothing,      rolling_back: nothing,              rolled_back: nothing, failed: nothing, cancelled: refuse },
  expire:                 { draft: expire,   approved: expire,   executing: nothing,       verifying: nothing,      paused: nothing,      completed: nothing,      rolling_back: nothing,              rolled_back: nothing, failed: nothing, cancelled: nothing },
  cancel:                 { draft: cancel,   approved: cancel,   executing: refuse,        verifying: refuse,       paused: refuse,       completed: refuse,       rolling_back: refuse,               rolled_back: refuse,  failed: refuse,  cancelled: nothing },
  hold:                   { draft: refuse,   approved: hold,     executing: hold,          verifying: refuse,       paused: refuse,       completed: refuse,       rolling_back: hold,                 rolled_back: refuse,  failed: refuse,  cancelled: refuse },
  override:               { draft: override, approved: override, executing: refuse,        verifying: refuse,       paused: refuse,       completed: refuse,       rolling_back: refuse,               rolled_back: refuse,  failed: refuse,  cancelled: refuse },
  begin:                  { draft: refuse,   approved: begin,    executing: nothing,       verifying: nothing,      paused: nothing,      completed: nothing,      rolling_back: nothing,              rolled_back: nothing, failed: nothing, cancelled: refuse },
  wait:                   { draft: refuse,   approved: refuse,   executing: wait,          verifying: nothing,      paused: refuse,       completed: nothing,      rolling_back: refuse,               rolled_back: refuse,  failed: refuse,  cancelled: refuse },
  complete_step:          { draft: refuse,   approved: refuse,   executing: complete,      verifying: nothing,      paused: refuse,       completed: nothing,      rolling_back: nothing,              rolled_back: nothing, failed: nothing, cancelled: refuse },
  fail_step:              { draft: refuse,   approved: refuse,   executing: failStep,      verifying: refuse,       paused: refuse,       completed: refuse,       rolling_back: nothing,              rolled_back: refuse,  failed: nothing, cancelled: refuse },
  start_flag:             { draft: refuse,   approved: refuse,   executing: startFlag,     verifying: refuse,       paused: refuse,       completed: refuse,       rolling_back: refuse,               rolled_back: refuse,  failed: refuse,  cancelled: refuse },
  finish_flag:            { draft: refuse,   approved: refuse,   executing: finishFlag,    verifying: refuse,       paused: refuse,       completed: refuse,       rolling_back: refuse,               rolled_back: refuse,  failed: refuse,  cancelled: refuse },
  open_gate:              { draft: refuse,   approved: refuse,   executing: openGate,      verifying: nothing,      paused: refuse,       completed: nothing,      rolling_back: refuse,               rolled_back: refuse,  failed: refuse,  cancelled: refuse },
  time_out_gate:          { draft: refuse,   approved: refuse,   executing: timeOutGate,   verifying: nothing,      paused: refuse,       completed: nothing,      rolling_back: nothing,              rolled_back: refuse,  failed: nothing, cancelled: refuse },
  promote:                { draft: refuse,   approved: refuse,   executing: promote,       verifying: passedBefore, paused: passedBefore, completed: passedBefore, rolling_back: refuse,               rolled_back: refuse,  failed: refuse,  cancelled: refuse },
  start_analysis:         { draft: refuse,   approved: refuse,   executing: startAnalysis, verifying: refuse,       paused: refuse,       completed: refuse,       rolling_back: refuse,               rolled_back: refuse,  failed: refuse,  cancelled: refuse },
  measure:                { draft: refuse,   approved: refuse,   executing: measured,      verifying: refuse,       paused: refuse,       completed: refuse,       rolling_back: refuse,               rolled_back: refuse,  failed: refuse,  cancelled: refuse },
  conclude_analysis:      { draft: refuse,   approved: refuse,   executing: conclude,      verifying: refuse,       paused: nothing,      completed: refuse,       rolling_back: nothing,              rolled_back: refuse,  failed: nothing, cancelled: refuse },
  pause:                  { draft: refuse,   approved: refuse,   executing: pause,         verifying: pause,        paused: nothing,      completed: refuse,       rolling_back: refuse,               rolled_back: refuse,  failed: refuse,  cancelled: refuse },
  resume:                 { draft: refuse,   approved: refuse,   executing: nothing,       verifying: nothing,      paused: resume,       completed: refuse,       rolling_back: refuse,               rolled_back: refuse,  failed: refuse,  cancelled: refuse },
  abort:                  { draft: cancel,   approved: cancel,   executing: abort,         verifying: abort,        paused: abort,        completed: refuse,       rolling_back: nothing,              rolled_back: nothing, failed: refuse,  cancelled: nothing },
  halt:                   { draft: cancel,   approved: cancel,   executing: halt,          verifying: halt,         paused: halt,         completed: refuse,       rolling_back: halt,                 rolled_back: refuse,  failed: nothing, cancelled: nothing },
  force_end:              { draft: forceEnd, approved: forceEnd, executing: forceEnd,      verifying: forceEnd,     paused: forceEnd,     completed: refuse,       rolling_back: forceEnd,             rolled_back: refuse,  failed: nothing, cancelled: nothing },
  retry:                  { draft: refuse,   approved: nothing,  executing: nothing,       verifying: nothing,      paused: nothing,      completed: nothing,      rolling_back: refuse,               rolled_back: refuse,  failed: retry,   cancelled: refuse },
  judge:                  { draft: refuse,   approved: refuse,   executing: refuse,        verifying: judge,        paused: refuse,       completed: nothing,      rolling_back: nothing,              rolled_back: nothing, failed: nothing, cancelled: refuse },
  rollback:               { draft: cancel,   approved: cancel,   executing: abort,         verifying: abort,        paused: abort,        completed: reopen,       rolling_back: nothing,              rolled_back: nothing, failed: reopen,  cancelled: nothing },
  fail_restoring:         { draft: refuse,   approved: refuse,   executing: refuse,        verifying: refuse,       paused: refuse,       completed: refuse,       rolling_back: failRestoring,        rolled_back: refuse,  failed: nothing, cancelled: refuse },
  restore_flag:           { draft: refuse,   approved: refuse,   executing: refuse,        verifying: refuse,       paused: refuse,       completed: refuse,       rolling_back: restoreFlag,          rolled_back: refuse,  failed: refuse,  cancelled: refuse },
  finish_rollback:        { draft: refuse,   approved: refuse,   executing: refuse,        verifying: refuse,       paused: refuse,       completed: refuse,       rolling_back: finish,               rolled_back: nothing, failed: nothing, cancelled: refuse },
  give_up:                { draft: giveUp,   approved: giveUp,   executing: giveUp,        verifying: giveUp,       paused: giveUp,       completed: refuse,       rolling_back: giveUp,               rolled_back: nothing, failed: nothing, cancelled: nothing },
};

/** What a command comes to in the deployment's present state; changes nothing. */
export function decide(deployment: Deployment, command: PlanCommand): Decision {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the two lookups agree by the table's type
  const rule = RULES[command.type][deployment.state.status] as Rule<PlanStatus, CommandType>;
  return rule(deployment, command);
}
