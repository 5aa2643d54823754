import { lastStated, type StatedTarget } from '../audit/fold/stated.js';
import { type ServiceRef, serviceKey, type TargetId, type Version } from '../model/ids.js';
import { type Deployment, targetsToRestore } from '../model/deployment/deployment.js';
import { type ActiveDeployment } from '../model/active-deployment.js';
import { runsDeclared } from '../reconcile/service-change.js';
import type { Transition } from '../ports/deployment-store.js';
import { type Declared, declaredVersion } from '../model/declared.js';
import { SharedMap } from '../model/shared-map.js';
import {
  ANYTHING,
  runs,
  type TargetStatus,
  type TargetStatuses,
  UNTOUCHED,
} from '../model/target-status.js';
import { err, ok, type Result } from '../model/result.js';
import type { RepairNote } from './repair.js';
import { readable, type ReadablePlace, type ServicePlace } from './service-place.js';
import { runsOn, wayBack } from './way-back.js';

/** What a statement is judged by. */
export interface SettleStanding {
  readonly place: ServicePlace;
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
  readonly fact: StatedTarget;
  /** In a clause. */
  readonly follows: string;
  /** The way back of the deployment that left its targets so, as walked by hand; with it the good version is active. It writes the fact too. */
  readonly transition: Transition | null;
  /** What becomes active where nothing has to go back. */
  readonly active: ActiveDeployment | null;
}

/**
 * A person has repaired a target by hand. What runs there is written down; once
 * every target runs what the last good version declares, that is active again:
 * the rollback which could not restore them is completed, by that person.
 *
 * @param at epoch milliseconds
 */
export function settle(
  standing: SettleStanding,
  statement: Statement,
  note: RepairNote,
  at: number,
): Result<Settlement, string> {
  const { deployment } = standing;
  const { target } = statement;
  const key = serviceKey(statement.service);
  const { holder } = standing.place;
  if (holder !== null) return err(`${key}: ${holder} holds its slot; settle it afterwards`);
  const place = readable(standing.place);
  if (place === null) return err(`${key}: what is active cannot be read; run repair first`);
  const planned = deployment?.plan.targets.map(({ id }) => id) ?? [];
  if (!place.targets.has(target) && !planned.includes(target)) {
    return err(`target: ${key} has none called ${target}`);
  }
  const fact = stated(statement, standing);
  const noted = { ...statement, place, fact, follows: '', transition: null, active: null };
  if (place.active === null) return ok({ ...noted, follows: 'nothing is active there' });
  if (place.active.version !== null) {
    return ok({ ...noted, follows: `${place.active.version} stays active` });
  }
  const targets = new Map<TargetId, TargetStatus>(place.targets).set(target, fact);
  return concluded(noted, { ...standing, place: { ...place, targets } }, note, at);
}

/** What was done to its traffic stays; no call is open there any more, and what a check found is past. */
function stated(
  { target, version }: Statement,
  { place, deployment }: SettleStanding,
): StatedTarget {
  // Who says what runs there has looked where it was before, too.
  const { seen: _, stays: __, ...was } = place.targets.get(target) ?? UNTOUCHED;
  return {
    ...was,
    version: version === null ? [ANYTHING, null] : [version],
    bad: null,
    call: null,
    by: was.by ?? deployment?.id ?? null,
    // Two statements behind the same event are two all the same.
    stated: Math.max(place.sequence, lastStated(place.targets) ?? 0),
  };
}

function concluded(
  noted: Settlement,
  { place, deployment, failed }: Omit<SettleStanding, 'place'> & { readonly place: ReadablePlace },
  note: RepairNote,
  at: number,
): Result<Settlement, string> {
  const [good] = place.stable;
  if (good === undefined || good.version === null) {
    return ok({
      ...noted,
      follows: 'its version stays unknown: no good one is known to go back to',
    });
  }
  const { declared, ...entry } = good;
  const others = notDeclared(place.targets, declared);
  if (others.length > 0) {
    const follows = `its version stays unknown: ${declared.version} is not known to be on ${others.join(', ')}`;
    return ok({ ...noted, follows });
  }
  const follows = `${good.version} of ${good.deploymentId} is on every target, and active again`;
  const leaver = deployment?.id === good.deploymentId ? null : leaverOf(place, deployment, failed);
  if (leaver === null) return ok({ ...noted, follows, active: entry });
  const back = new Map<TargetId, Version | null>();
  const unsure: TargetId[] = [];
  for (const id of targetsToRestore(leaver)) {
    const version = runsOn(place.targets, id);
    if (version === undefined) unsure.push(id);
    else back.set(id, version);
  }
  if (unsure.length > 0) {
    const unsaid = `its version stays unknown: what runs on ${unsure.join(', ')} is not known either`;
    return ok({ ...noted, follows: unsaid });
  }
  const walked = wayBack(leaver, { place, back }, note, at);
  if (!walked.ok) return walked;
  return ok({ ...noted, follows, transition: withFact(walked.value, noted) });
}

/** One write tells it all: what was said, and what came of it. */
function withFact(transition: Transition, { target, fact }: Settlement): Transition {
  const { service } = transition;
  if (service.targets.some(([id]) => id === target)) return transition;
  return { ...transition, service: { ...service, targets: [[target, fact], ...service.targets] } };
}

/** Those that should run the declared version, and do not surely. */
function notDeclared(targets: TargetStatuses, declared: Declared): readonly TargetId[] {
  const others = targets;
  if (runsDeclared({ targets: SharedMap.empty(), others }, declared)) return [];
  return [...targets].flatMap(([id, status]) =>
    status.by !== null &&
    declaredVersion(declared, id) === declared.version &&
    runs(status) !== declared.version
      ? [id]
      : [],
  );
}

/** Whose way back is still to be completed: it called last what it could not restore. */
function leaverOf(
  { targets }: ServicePlace,
  deployment: Deployment | null,
  failed: Deployment | null,
): Deployment | null {
  const left = (each: Deployment | null): boolean =>
    each?.state.status === 'failed' &&
    targetsToRestore(each).some((id) => targets.get(id)?.by === each.id);
  if (left(deployment)) return deployment;
  return left(failed) ? failed : null;
}

export const settlementText = ({ service, target, version, follows }: Settlement): string =>
  `${version ?? 'an unknown version'} runs on ${target} of ${serviceKey(service)}: ${follows}`;
