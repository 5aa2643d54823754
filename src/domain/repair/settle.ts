import { type ServiceRef, serviceKey, type TargetId, type Version } from '../ids.js';
import { type Deployment, tookVersion, unrestoredTargets } from '../plan/deployment.js';
import { evolve } from '../plan/evolve.js';
import type { PlanCommand } from '../plan/plan-command.js';
import type { RecordedEvent } from '../plan/plan-event.js';
import { decide } from '../plan/plan-machine.js';
import { type ActiveDeployment, serviceEffect } from '../plan/service-effect.js';
import type { KnownTarget } from '../plan/target.js';
import type { Transition } from '../ports/deployment-store.js';
import { err, ok, type Result } from '../result.js';
import type { RepairNote } from './repair.js';
import type { ServicePlace } from './service-place.js';

/** What a statement is judged by. */
export interface SettleStanding {
  readonly place: ServicePlace;
  readonly known: ReadonlyMap<TargetId, KnownTarget>;
  /** The one that the active entry names. */
  readonly deployment: Deployment | null;
  /** The newest that ended with targets that it could not restore. */
  readonly failed: Deployment | null;
}

/** What a person says runs on a target; `null` is unknown. */
export interface Statement {
  readonly service: ServiceRef;
  readonly target: TargetId;
  readonly version: Version | null;
}

/** The statement, and what follows from it. */
export interface Settlement extends Statement {
  readonly place: ServicePlace;
  readonly fact: KnownTarget;
  /** In a clause. */
  readonly follows: string;
  /** The way back of the deployment that left its targets so, as walked by hand; with it the good version is active. */
  readonly transition: Transition | null;
  /** What becomes active where nothing has to go back. */
  readonly active: ActiveDeployment | null;
}

/**
 * A person has mended a target by hand. What runs there is written down; once
 * every target runs the last good version, that is active again: the rollback
 * which could not restore them is completed, by that person.
 *
 * @param at epoch milliseconds
 */
export function settle(
  standing: SettleStanding,
  statement: Statement,
  note: RepairNote,
  at: number,
): Result<Settlement, string> {
  const { place, known, deployment } = standing;
  const { target, version } = statement;
  const key = serviceKey(statement.service);
  if (place.holder !== null)
    return err(`${key}: ${place.holder} holds its slot; settle it afterwards`);
  if (place.active === 'unreadable' || place.stack.includes('unreadable')) {
    return err(`${key}: what is active cannot be read; run repair first`);
  }
  const planned = deployment?.plan.targets.map(({ id }) => id) ?? [];
  if (!known.has(target) && !planned.includes(target)) {
    return err(`target: ${key} has none called ${target}`);
  }
  const { share } = known.get(target) ?? {};
  const deploymentId = deployment?.id ?? null;
  const fact = { version, healthy: null, deploymentId, ...(share !== undefined && { share }) };
  const noted: Settlement = {
    ...statement,
    place,
    fact,
    follows: '',
    transition: null,
    active: null,
  };
  if (place.active === null) return ok({ ...noted, follows: 'nothing is active there' });
  if (place.active.version !== null) {
    return ok({ ...noted, follows: `${place.active.version} stays active` });
  }
  const after = new Map(known).set(target, fact);
  return concluded(noted, { ...standing, known: after }, note, at);
}

function concluded(
  noted: Settlement,
  { deployment, failed, known }: SettleStanding,
  note: RepairNote,
  at: number,
): Result<Settlement, string> {
  const [good] = noted.place.stack;
  if (deployment === null || good === undefined || good === 'unreadable' || good.version === null) {
    return ok({
      ...noted,
      follows: 'its version stays unknown: no good one is known to go back to',
    });
  }
  const { version } = good;
  const others = deployment.plan.targets
    .map(({ id }) => id)
    .filter((id) => known.get(id)?.version !== version);
  if (others.length > 0) {
    const follows = `its version stays unknown: ${version} is not known to be on ${others.join(', ')}`;
    return ok({ ...noted, follows });
  }
  const follows = `${version} of ${good.deploymentId} is on every target, and active again`;
  const completed = deployment.id === good.deploymentId;
  if (completed && tookVersion(deployment)) return ok({ ...noted, follows, active: good });
  const leaver = deployment.state.status === 'failed' ? deployment : failed;
  if (completed || leaver === null) {
    const stays = `its version stays unknown: deploy ${version} again for it to count`;
    return ok({ ...noted, follows: stays });
  }
  const walked = wayBack(leaver, version, noted.place.fence + 1, note, at);
  return walked.ok ? ok({ ...noted, follows, transition: walked.value }) : walked;
}

/** Its rollback in one write: each target that it left is restored, under a fence of its own. */
function wayBack(
  before: Deployment,
  version: Version,
  fence: number,
  { by, reason }: RepairNote,
  at: number,
): Result<Transition, string> {
  const why = `settled by hand: ${reason}`;
  const commands: readonly PlanCommand[] = [
    { type: 'rollback', reason: why, cause: 'request' },
    ...unrestoredTargets(before).flatMap((target): readonly PlanCommand[] => [
      { type: 'start_restore', target, fence, worker: by },
      { type: 'restore_target', target, version, evidence: { settledBy: by } },
    ]),
    { type: 'finish_rollback', verification: null },
  ];
  let after = before;
  const events: RecordedEvent[] = [];
  for (const command of commands) {
    const decision = decide(after, command);
    if (!decision.ok) return err(decision.error.message);
    for (const event of decision.value) {
      const recorded = { sequence: after.revision + 1, at, actor: by, event };
      events.push(recorded);
      after = evolve(after, recorded);
    }
  }
  const effect = serviceEffect(after, at, after);
  return ok({ before, after, events, effect, fence: null, release: false });
}

export const settlementText = ({ service, target, version, follows }: Settlement): string =>
  `${version ?? 'an unknown version'} runs on ${target} of ${serviceKey(service)}: ${follows}`;
