import type {
  ActiveDeployment,
  ServiceChange,
  StableVersion,
  TakenBack,
} from '../model/active-deployment.js';
import type { AutomationHold } from '../model/hold.js';
import { type Declared, declare, declaredVersion } from '../model/declared.js';
import { finallyClosed } from './desired.js';
import { finalShares } from './shares/desired-shares.js';
import type { ServiceStatus } from '../model/service-status.js';
import { runs, type TargetStatus } from '../model/target-status.js';
import {
  capacitiesIn,
  type Deployment,
  deployedTargets,
  progressOf,
  tookVersion,
} from '../model/deployment/deployment.js';
import { placesTaken } from '../model/deployment/takes-back.js';
import { isTerminal } from '../model/deployment/plan-state.js';
import type { DeploymentId, TargetId } from '../model/ids.js';

/**
 * What an ending changes of its service: what is active is the version that
 * every target of the declared deployment surely runs, and unknown otherwise.
 *
 * @param at epoch milliseconds
 * @param before the deployment before the ending: it knows what made it go back
 */
export function serviceChange(
  after: Deployment,
  at: number,
  before: Deployment,
  service: Pick<ServiceStatus, 'targets' | 'others' | 'stable' | 'active'>,
): ServiceChange {
  if (!isTerminal(after.state.status) || isTerminal(before.state.status)) return {};
  const began = after.state.status === 'completed' || !UNBEGUN.has(before.state.status);
  if (!began) return {};
  // Its way back never began: somebody else may be changing the service.
  const idle = before.state.status === 'rolling_back' && before.state.reopened === true;
  if (idle && after.state.status === 'failed') return {};
  const { environment, service: name, version, id } = after;
  const entry: ActiveDeployment = {
    environment,
    service: name,
    version,
    deploymentId: id,
    since: at,
  };
  if (after.state.status === 'completed') {
    const active = tookVersion(after) ? entry : { ...entry, version: null };
    const push = { ...entry, declared: declaredBy(after, service) };
    if (after.takesBack === null) return { active, stable: { push } };
    const { versions } = after.takesBack;
    const gone = versions.map((each) => takenBack({ ...entry, ...each }, at, id));
    return { active, stable: { push, over: placesTaken(after.takesBack) }, takenBack: gone };
  }
  const held = automationHold(before, after, at);
  const mine = service.stable[0]?.deploymentId === id;
  // Not one target left its version, where all that was tried was to put it there again.
  if (mine && after.state.status === 'failed' && tookVersion(after)) return held;
  const top = service.stable[mine ? 1 : 0] ?? null;
  const [own] = mine ? service.stable : [];
  return {
    ...held,
    ...(own && { stable: 'pop' as const, takenBack: [takenBack(own, at, id)] }),
    active: activeNow(after, service, top, { ...entry, version: null }),
  };
}

/** A stable version as it is kept once a rollback took it back. */
const takenBack = (
  { environment, service, version, deploymentId, since }: ActiveDeployment,
  at: number,
  by: DeploymentId,
): TakenBack => ({ environment, service, version, deploymentId, since, at, by });

const UNBEGUN: ReadonlySet<string> = new Set(['draft', 'approved']);

type Standing = Pick<ServiceStatus, 'targets' | 'others' | 'active'>;

function activeNow(
  after: Deployment,
  service: Standing,
  top: StableVersion | null,
  unknown: ActiveDeployment,
): ActiveDeployment | null {
  const { active } = service;
  if (top === null) {
    if (!isAnythingLeft(service)) return null;
    // What was never completed was never active, whatever it left.
    return active?.deploymentId === after.id ? unknown : active;
  }
  const { declared, ...entry } = top;
  if (runsDeclared(service, declared)) return entry;
  const touched = after.targets.size > 0 || active?.deploymentId === after.id;
  return active?.version == null && !touched ? active : unknown;
}

/** Whether every target that should run the declared version surely does. */
export function runsDeclared(
  { targets, others }: Pick<Standing, 'targets' | 'others'>,
  declared: Declared,
): boolean {
  for (const [id, status] of [...targets, ...others]) {
    if (declaredVersion(declared, id) !== declared.version) continue;
    // One that is new since then, and that nobody ever called, is not meant.
    if (status.by !== null && runs(status) !== declared.version) return false;
  }
  return true;
}

/** Something that was deployed may still be there. */
const isAnythingLeft = ({ targets, others }: Standing): boolean =>
  [...targets.values(), ...others.values()].some(
    (status: TargetStatus) => status.by !== null && runs(status) !== null,
  );

/** What a completed deployment declares: on top of what was, what became of its own targets. */
function declaredBy(deployment: Deployment, { targets, others }: Standing): Declared {
  const removed = (deployment.plan.removed ?? []).map(({ target }) => target.id);
  const isThere = (id: TargetId): boolean => {
    const status = targets.get(id) ?? others.get(id);
    return status !== undefined && runs(status) !== null;
  };
  const wanted = new Set<TargetId>(deployedTargets(deployment));
  return declare(deployment.declared, {
    targets: deployment.plan.targets.map(({ id }) => id),
    // Of what is nobody's nothing is asked.
    beside: [...others].flatMap(([id, { by }]) => (by === null ? [] : [id])),
    left: removed.filter(isThere),
    gone: removed.filter((id) => !isThere(id)),
    version: deployment.version,
    endOf: (id) => {
      const { state } = progressOf(deployment, id);
      if (state === 'retired') return 'nothing';
      if (wanted.has(id)) return state === 'updated' ? 'version' : 'failed';
      return state === 'retire_failed' ? 'retire_failed' : 'untouched';
    },
    shares: finalShares(deployment),
    closed: finallyClosed(deployment),
    capacities: capacitiesIn(deployment),
  });
}

function automationHold(
  before: Deployment,
  after: Deployment,
  since: number,
): { readonly automationHold?: AutomationHold } {
  if (before.state.status !== 'rolling_back' || before.state.cause !== 'failure') return {};
  if (after.plan.policy.afterRollback !== 'hold_automation') return {};
  return { automationHold: { reason: before.state.reason, since, deploymentId: after.id } };
}
