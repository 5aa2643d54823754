import type { ActiveDeployment, VersionRecord } from '../model/active-deployment.js';
import type { Deployment } from '../model/deployment/deployment.js';
import type { DeploymentResult } from '../plan/result/deployment-result.js';
import { isTerminal } from '../model/deployment/plan-state.js';
import { type DeploymentId, type ServiceRef, serviceKey, type Version } from '../model/ids.js';
import type { Policy } from '../model/plan/policy.js';
import type { StrategySpec } from '../model/plan/strategy-spec.js';
import { versionsOf } from '../model/service-version.js';
import type { DeploymentIndex } from '../ports/deployment-index.js';
import type { DeploymentStore } from '../ports/deployment-store.js';
import type { DeploymentOrchestrator } from './deployment-orchestrator.js';
import type { NewDeployment } from './new-deployment.js';
import type { ServiceCatalog } from './service-catalog.js';

/** How a service is to go back. */
export interface RollbackOptions {
  /** A version that was stable on the service; else the one before. */
  readonly toVersion?: string | undefined;
  /** Else the service's. */
  readonly strategy?: StrategySpec | undefined;
  readonly reason?: string | undefined;
  readonly requestedBy?: string | undefined;
}

/** Who asks for which service to go back to which version. */
export interface RollbackRequest
  extends ServiceRef, Pick<NewDeployment, 'id' | 'requestedBy'>, Partial<Kept> {
  /** `null`: the one before, along the strategy. */
  readonly toVersion: Version | null;
  readonly strategy: StrategySpec | undefined;
  readonly reason: string;
}

type Kept = Pick<NewDeployment, 'idempotencyKey' | 'digest' | 'metadata'>;

export type RollbackAnswer =
  | { readonly kind: 'planned'; readonly deployment: Deployment }
  /** No version is named, and this one is to be taken back itself: it is under way, or the first. */
  | { readonly kind: 'plain'; readonly deploymentId: DeploymentId }
  | { readonly kind: 'nothing_active' }
  | {
      readonly kind: 'already_active';
      readonly active: ActiveDeployment;
      readonly message: string;
    }
  | { readonly kind: 'refused'; readonly path: string; readonly message: string };

interface Ports {
  readonly orchestrator: DeploymentOrchestrator;
  readonly catalog: ServiceCatalog;
  readonly store: Pick<DeploymentStore, 'load'>;
  readonly index: Pick<DeploymentIndex, 'slot' | 'versions'>;
}

/** What is said of a service that was not touched. */
export const NOTHING_DONE: DeploymentResult = {
  success: false,
  targetsUpdated: 0,
  targetsFailed: 0,
  durationMs: null,
  state: 'cancelled',
  errors: [],
  metadata: {},
};

/**
 * The way back to a named version is a deployment of that version. It begins like
 * every rollback: without approval, before who waits in line, past windows and freezes.
 */
export async function planRollback(
  ports: Ports,
  request: RollbackRequest,
): Promise<RollbackAnswer> {
  const { id, digest = '' } = request;
  const existing = await ports.store.load(id);
  if (existing !== undefined) {
    if (existing.digest === digest) return { kind: 'planned', deployment: existing };
    const { version } = existing;
    return refused('idempotencyKey', `was used for another request (${id}, version ${version})`);
  }
  const record = await ports.index.versions(request);
  const running = await underWay(ports, request);
  if (running !== null && request.toVersion === null) {
    return { kind: 'plain', deploymentId: running.id };
  }
  const { active } = record;
  if (active === null) return { kind: 'nothing_active' };
  const version = request.toVersion ?? versionBefore(record, active);
  if (version === null) return { kind: 'plain', deploymentId: active.deploymentId };
  const to = `${serviceKey(request)} to ${version}`;
  if (running !== null) {
    const { state, version: its, id: other } = running;
    return refused(
      'service',
      `cannot roll back ${to} while ${its} (${other}) is ${state.status}: wait for its end, or abort it first (signalbox abort ${other})`,
    );
  }
  if (active.version === version) {
    const message = `${version} is active in ${serviceKey(request)} already (${active.deploymentId}): nothing to do`;
    return { kind: 'already_active', active, message };
  }
  const others = versionsOf(record).flatMap((each) =>
    each.version === active.version ? [] : [each.version],
  );
  if (!others.includes(version)) return refused('toVersion', neverStable(to, others));
  return plan(ports, request, version);
}

async function plan(
  { catalog, orchestrator }: Ports,
  request: RollbackRequest,
  version: Version,
): Promise<RollbackAnswer> {
  const { toVersion: _, strategy, reason, ...asked } = request;
  const input = catalog.resolve(request, version, { strategy });
  if (!input.ok) return refused(input.error.path, input.error.message);
  const kept: Kept = { idempotencyKey: null, digest: '', metadata: {} };
  const planned = await orchestrator.planDeployment(
    { ...kept, ...asked, version, approve: true, trigger: 'person', rollback: { reason } },
    { ...input.value, policy: asOfRollbacks(input.value.policy) },
  );
  if (!planned.ok) return refused(planned.error.path, planned.error.message);
  return { kind: 'planned', deployment: planned.value.deployment };
}

/** No rollback is asked for approval, or waits for what a person has to give back. */
const asOfRollbacks = (policy: Policy): Policy => ({
  ...policy,
  approval: 'none',
  startBy: null,
  onConflict: 'queue',
  heldOut: 'leave',
});

async function underWay({ index, store }: Ports, ref: ServiceRef): Promise<Deployment | null> {
  const { holder } = await index.slot(ref);
  const running = holder === null ? undefined : await store.load(holder);
  if (running === undefined || isTerminal(running.state.status)) return null;
  return running.state.status === 'approved' ? null : running;
}

/** What is under the active version; the last that was good, where nobody knows what is active. */
const versionBefore = ({ stable }: VersionRecord, active: ActiveDeployment): Version | null =>
  stable.find(
    ({ version, deploymentId }) =>
      version !== active.version && deploymentId !== active.deploymentId,
  )?.version ?? null;

function neverStable(to: string, others: readonly Version[]): string {
  const choice =
    others.length === 0 ? 'there is no other version to go back to' : `choose ${oneOf(others)}`;
  return `cannot roll back ${to}: that version was never stable there; ${choice}`;
}

const oneOf = (versions: readonly Version[]): string =>
  versions.length === 1 ? `${versions[0]}` : `one of ${versions.join(', ')}`;

const refused = (path: string, message: string): RollbackAnswer => ({
  kind: 'refused',
  path,
  message,
});
