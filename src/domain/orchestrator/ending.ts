import type { DeploymentId } from '../model/ids.js';
import type { Deployment } from '../model/deployment/deployment.js';

/** How one pass of work on a deployment came to an end. */
export type Ending =
  /** Nothing more for this job: whatever is owed next has been published. */
  | { readonly kind: 'settled'; readonly deployment: Deployment }
  /** The same work goes on at this time, in epoch milliseconds. */
  | { readonly kind: 'wait_until'; readonly until: number; readonly deployment: Deployment }
  /** In line for the service's slot; whoever frees it publishes the work again. */
  | { readonly kind: 'in_line'; readonly behind: DeploymentId; readonly deployment: Deployment }
  /** Another worker is at it, or was until lately: look again in so many milliseconds. */
  | { readonly kind: 'busy'; readonly ms: number; readonly deployment: Deployment }
  /** Told to stop before the end: the work is still owed. */
  | { readonly kind: 'handed_back'; readonly deployment: Deployment }
  | { readonly kind: 'missing' };
