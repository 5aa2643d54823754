import { type Deployment, progressOf, tookVersion, unrestoredTargets } from './deployment.js';
import type { DeploymentId, ServiceName, EnvironmentName, Version } from '../ids.js';

/** The deployment whose version is live and good. */
export interface ActiveDeployment {
  readonly environment: EnvironmentName;
  readonly service: ServiceName;
  /** `null` while it is unknown: then no version is on every target, and `show` tells which is where. */
  readonly version: Version | null;
  readonly deploymentId: DeploymentId;
  /** Epoch milliseconds. */
  readonly since: number;
}

/**
 * What an ending does to the service's active deployment and its stack.
 *
 * `activate`: on top of the stack. `restore`: this deployment's own entry is
 * taken away, and what lies under it is active again. `unknown`: the targets
 * are left with different versions.
 */
export type ServiceEffect =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'activate';
      readonly active: ActiveDeployment;
      /** Kept on the stack: what a later rollback goes back to, tolerated failures or not. */
      readonly good: ActiveDeployment;
    }
  | { readonly kind: 'restore' }
  | { readonly kind: 'unknown'; readonly active: ActiveDeployment };

const NONE: ServiceEffect = { kind: 'none' };

export function serviceEffect(after: Deployment, at: number): ServiceEffect {
  const entry: ActiveDeployment = {
    environment: after.environment,
    service: after.service,
    version: after.version,
    deploymentId: after.id,
    since: at,
  };
  switch (after.state.status) {
    case 'completed': {
      const active = tookVersion(after) ? entry : { ...entry, version: null };
      return { kind: 'activate', active, good: entry };
    }
    case 'rolled_back':
      return { kind: 'restore' };
    case 'failed':
      if (unrestoredTargets(after).length === 0) return { kind: 'restore' };
      // Not one target left its version, where all that was tried was to put it there again.
      return after.succeeded && stillInPlace(after)
        ? NONE
        : { kind: 'unknown', active: { ...entry, version: null } };
    case 'draft':
    case 'approved':
    case 'executing':
    case 'verifying':
    case 'paused':
    case 'rolling_back':
    case 'cancelled':
      return NONE;
  }
}

const stillInPlace = (deployment: Deployment): boolean =>
  deployment.plan.targets.every(({ id }) => progressOf(deployment, id).state === 'updated');
