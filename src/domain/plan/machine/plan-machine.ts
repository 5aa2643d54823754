/**
 * The life of a deployment as a pure table: status × order → events, or a
 * refusal in a sentence. `evolve` (evolve.ts) folds the events back into the
 * deployment. What workers do and find is no order: report-rules.ts and the
 * conclusions beside it say what that comes to.
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
import { accept, askAgain, executeDraft, expire, hold, override } from './approval-rules.js';
import { begin, cancel, pause, resume } from './execution-rules.js';
import { forceEnd } from './retry-rules.js';
import { passedBefore, promote } from './gate-rules.js';
import type { CommandType, PlanCommand } from './plan-command.js';
import type { PlanStatus } from '../../model/deployment/plan-state.js';
import { halt, retry } from './retry-rules.js';
import { abort, reopen } from './rollback-rules.js';

const nothing = (): Decision => ok([]);

/** Where something happens, and what is answered everywhere else. */
type Row<C extends CommandType> = { readonly [S in PlanStatus]?: Rule<S, C> } & {
  readonly otherwise: typeof refuse | typeof nothing;
};

/** The whole machine. An order without a row does not compile. */
// prettier-ignore
const RULES: { readonly [C in CommandType]: Row<C> } = {
  approve:   { draft: accept, cancelled: refuse, otherwise: nothing },
  execute:   { draft: executeDraft, otherwise: nothing },
  ask_again: { draft: askAgain, approved: askAgain, otherwise: nothing },
  expire:    { draft: expire, approved: expire, otherwise: nothing },
  cancel:    { draft: cancel, approved: cancel, cancelled: nothing, otherwise: refuse },
  hold:      { approved: hold, executing: hold, verifying: hold, rolling_back: hold, otherwise: refuse },
  override:  { draft: override, approved: override, otherwise: refuse },
  begin:     { draft: refuse, approved: begin, cancelled: refuse, otherwise: nothing },
  promote:   { executing: promote, verifying: passedBefore, paused: passedBefore, completed: passedBefore, otherwise: refuse },
  pause:     { executing: pause, verifying: pause, paused: nothing, otherwise: refuse },
  resume:    { executing: nothing, verifying: nothing, paused: resume, otherwise: refuse },
  abort:     { draft: cancel, approved: cancel, executing: abort, verifying: abort, paused: abort, completed: refuse, failed: refuse, otherwise: nothing },
  halt:      { draft: cancel, approved: cancel, executing: halt, verifying: halt, paused: halt, rolling_back: halt, failed: nothing, cancelled: nothing, otherwise: refuse },
  force_end: { draft: forceEnd, approved: forceEnd, executing: forceEnd, verifying: forceEnd, paused: forceEnd, rolling_back: forceEnd, failed: nothing, cancelled: nothing, otherwise: refuse },
  retry:     { draft: refuse, rolling_back: refuse, rolled_back: refuse, failed: retry, cancelled: refuse, otherwise: nothing },
  rollback:  { draft: cancel, approved: cancel, executing: abort, verifying: abort, paused: abort, completed: reopen, failed: reopen, otherwise: nothing },
};

/** What a command comes to in the deployment's present state; changes nothing. */
export function decide(deployment: Deployment, command: PlanCommand): Decision {
  const row = RULES[command.type];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the two lookups agree by the table's type
  const rule = (row[deployment.state.status] ?? row.otherwise) as Rule<PlanStatus, CommandType>;
  return rule(deployment, command);
}
