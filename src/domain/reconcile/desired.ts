import type { TargetId, Version } from '../model/ids.js';
import {
  type Deployment,
  everyTarget,
  isTouched,
  mateOf,
  progressOf,
  removedIn,
  stepsOf,
  versionPutBack,
} from '../model/deployment/deployment.js';
import type {
  CheckStep,
  CloseStep,
  DeployStep,
  RetireStep,
  ShiftStep,
} from '../model/plan/step.js';
import { declaredVersion } from '../model/declared.js';
import type { Desired } from './effect.js';
import { finalShares, sharesAt, sharesBack, tookBack } from './shares/desired-shares.js';
import { mayServe, runsWell } from '../model/serving.js';
import { type ServiceStatus, statusOf } from '../model/service-status.js';
import { ANYTHING, runs, type TargetStatus } from '../model/target-status.js';
import { shareOf, type TrafficShares } from '../model/traffic-shares.js';

/** The part of a plan that acts on targets or on the traffic. */
export type ActingStep = DeployStep | CheckStep | ShiftStep | CloseStep | RetireStep;

/** What should be while a deployment stands at this step. */
export function desiredAt(deployment: Deployment, step: ActingStep, at: number): Desired {
  const { version, id } = deployment;
  const ours = (_: TargetId, status: TargetStatus): boolean =>
    status.by === id && runsWell(status, version);
  const shares = sharesAt(deployment, at);
  const stage = {
    ...{ shares, moves: step.kind === 'shift', leaves: false },
    closed: closedAt(deployment, at, shares),
    // What left the configuration stays as it is.
    isDeclared: (target: TargetId, status: TargetStatus) =>
      status.left !== true && (ours(target, status) || isAsDeclared(deployment, target, status)),
  };
  switch (step.kind) {
    case 'deploy':
      return {
        ...stage,
        versions: all(step.targets, version),
        isDone: ours,
        admits: !isCheckedNext(stepsOf(deployment), at),
      };
    case 'check': {
      const well = step.targets.filter((target) => isUpdated(deployment, target));
      return { ...stage, versions: all(well, version), isDone: ours, admits: true };
    }
    case 'retire':
      return { ...stage, versions: all(step.targets, null), isDone: isEmpty, admits: false };
    case 'shift':
    case 'close':
      return { ...stage, versions: new Map(), isDone: ours, admits: true };
  }
}

/** What was declared to be closed until it is deployed to, and what a step closes from there on. */
function closedAt(
  deployment: Deployment,
  at: number,
  shares: TrafficShares | null,
): ReadonlySet<TargetId> {
  const closed = new Set(deployment.declared?.closed);
  for (const step of stepsOf(deployment).slice(0, at + 1)) {
    if (step.kind === 'deploy') for (const id of step.targets) closed.delete(id);
    if (step.kind === 'close') for (const id of step.targets) closed.add(id);
  }
  return withoutShare(closed, shares);
}

/** What has a share is never closed. */
const withoutShare = (
  ids: Iterable<TargetId>,
  shares: TrafficShares | null,
): ReadonlySet<TargetId> => new Set([...ids].filter((id) => shareOf(shares ?? {}, id) === 0));

/** The plan's targets that have no traffic once the deployment is completed. */
export const finallyWithoutShare = (deployment: Deployment): ReadonlySet<TargetId> =>
  withoutShare(
    deployment.plan.targets.map(({ id }) => id),
    finalShares(deployment),
  );

/** Those that are closed once the deployment is completed, on top of what was declared. */
export const finallyClosed = (deployment: Deployment): readonly TargetId[] => [
  ...closedAt(deployment, stepsOf(deployment).length, finalShares(deployment)),
];

const isEmpty = (_: TargetId, status: TargetStatus): boolean => runs(status) === null;

/** What should be on the way back: what the last completed deployment declared. */
export function desiredBack(deployment: Deployment, service: ServiceStatus): Desired {
  const { plan } = deployment;
  const taken = everyTarget(plan)
    .toReversed()
    .map(({ id }) => ({ id, status: statusOf(service, id), version: versionBack(deployment, id) }))
    .filter(({ id, status }) => isTouched(deployment, id) || isOthers(deployment, id, status));
  // What serves nobody first, then last touched first: what was changed last is the least settled.
  const calledAt = (id: TargetId): number => progressOf(deployment, id).calledAt ?? 0;
  const ordered = taken.toSorted(
    (a, b) =>
      Number(mayServe(a.status)) - Number(mayServe(b.status)) || calledAt(b.id) - calledAt(a.id),
  );
  const versions = new Map(
    ordered.flatMap(({ id, version }) => (version === undefined ? [] : [[id, version] as const])),
  );
  const back = sharesBack(deployment);
  return {
    versions,
    isDone: (id, status) => runsWell(status, versions.get(id) ?? null),
    admits: true,
    isDeclared: (id, status) => {
      const version = versions.get(id);
      // What nobody ever called was in rotation with what it has.
      if (version === undefined) {
        if (status.left === true) return false;
        return status.by === null || isAsDeclared(deployment, id, status);
      }
      return version !== null && runsWell(status, version);
    },
    shares: back,
    closed: withoutShare(deployment.declared?.closed ?? [], back),
    moves: true,
    leaves: true,
  };
}

/** Others called it: it is repaired, too, unless it left the configuration. */
const isOthers = ({ plan }: Deployment, id: TargetId, { by }: TargetStatus): boolean =>
  by !== null && removedIn(plan, id) === undefined;

/** What a target goes back to; `undefined`: it stays as it is. */
export function versionBack(deployment: Deployment, id: TargetId): Version | null | undefined {
  const { declared } = deployment;
  const touched = isTouched(deployment, id);
  const removed = removedIn(deployment.plan, id);
  if (removed !== undefined) return touched ? versionPutBack(deployment, removed) : undefined;
  // Beneath a rollback to a named version nothing is left of what that took back.
  if (declared === null) return touched || tookBack(deployment) ? null : undefined;
  const name = nameBefore(deployment, id);
  const version = declaredVersion(declared, name);
  const asked = version !== ANYTHING && !declared.missed.includes(name);
  if (!asked && !touched) return undefined;
  return version === ANYTHING ? declared.version : version;
}

/** Whose place it was when that was declared: what is renamed goes back to what was declared for the old name. */
const nameBefore = ({ plan }: Deployment, id: TargetId): TargetId => mateOf(plan, id) ?? id;

/** It runs what is declared for it, and nothing speaks against that. */
function isAsDeclared(deployment: Deployment, id: TargetId, status: TargetStatus): boolean {
  const { declared } = deployment;
  if (declared === null) return false;
  const version = declaredVersion(declared, nameBefore(deployment, id));
  return version !== ANYTHING && version !== null && runsWell(status, version);
}

const isUpdated = (deployment: Deployment, id: TargetId): boolean =>
  progressOf(deployment, id).state === 'updated';

const all = (ids: readonly TargetId[], version: Version | null): Map<TargetId, Version | null> =>
  new Map(ids.map((id) => [id, version]));

/** Those of a deploy that is checked next wait for that, before they are admitted. */
function isCheckedNext(steps: ReturnType<typeof stepsOf>, at: number): boolean {
  const [step, next] = [steps[at], steps[at + 1]];
  if (step?.kind !== 'deploy' || next?.kind !== 'check') return false;
  const checked = new Set(next.targets);
  return step.targets.every((id) => checked.has(id));
}
