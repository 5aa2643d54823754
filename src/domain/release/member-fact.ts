import { type Deployment, targetsToRestore } from '../model/deployment/deployment.js';
import { type PlanStatus, reasonOf } from '../model/deployment/plan-state.js';

/** What is so outside a release's own record, for one of its members. */
export interface MemberFact {
  readonly deployment: DeploymentFact | null;
  /** Of the job that the member waits for; not looked at where it waits for none. */
  readonly job: JobFact;
}

export interface DeploymentFact {
  readonly status: PlanStatus;
  readonly reason: string | null;
  /** Whether a target has its version, or may have. */
  readonly inPlace: boolean;
}

/** `absent`: never published, or so long done that it is gone. */
export type JobFact =
  | { readonly state: 'absent' | 'queued' }
  /** `deploymentId`: what it came to, where it says so; `null` where nothing was active. */
  | { readonly state: 'done'; readonly deploymentId?: string | null }
  | { readonly state: 'refused'; readonly reason: string };

export const NO_FACT: MemberFact = { deployment: null, job: { state: 'absent' } };

export const deploymentFact = (deployment: Deployment): DeploymentFact => ({
  status: deployment.state.status,
  reason: reasonOf(deployment.state),
  inPlace: targetsToRestore(deployment).length > 0,
});
