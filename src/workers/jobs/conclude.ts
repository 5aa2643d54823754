import { assertNever } from '../../domain/model/assert-never.js';
import type { DeploymentId } from '../../domain/model/ids.js';
import type { Ending } from '../../domain/orchestrator/ending.js';
import { type WorkKind, workOwed } from '../../domain/model/deployment/work-owed.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { workJobId } from '../../contracts/jobs/work-job.js';
import { discard, done, handBack, type Outcome, snooze } from './outcome.js';
import type { JobContext } from './processor.js';

/** A busy deployment is looked at again after this long at most: its worker may be done any moment. */
const BUSY_MS = 1_000;
/** A job may overtake the plan job that makes its deployment by this much. */
const OVERTAKING_MS = 30_000;

/** What an ending of the orchestrator is to the job. */
export function conclude(
  ending: Ending,
  id: DeploymentId,
  now: number,
  { publishedAt }: Pick<JobContext, 'publishedAt'>,
): Outcome {
  switch (ending.kind) {
    case 'settled':
    case 'in_line':
      return doneWith(ending.deployment);
    case 'wait_until':
      return snooze(ending.until);
    case 'busy':
      return snooze(now + Math.min(ending.ms, BUSY_MS));
    case 'handed_back':
      return handBack;
    case 'missing':
      return now - publishedAt < OVERTAKING_MS
        ? snooze(now + 500)
        : discard(`deploymentId: no deployment ${id}`);
    default:
      return assertNever(ending);
  }
}

export const doneWith = ({ id, state }: Deployment): Outcome =>
  done({ deploymentId: id, state: state.status });

/** Whether the job was published by us because of the deployment's state, and not by somebody who asks for something. */
export const isOwed = (kind: WorkKind, id: DeploymentId, jobId: string): boolean =>
  jobId.startsWith(`${id}.${kind}.`);

/** Whether it is the very job that the deployment is waiting for. */
export function isAwaited(deployment: Deployment, jobId: string): boolean {
  const owed = workOwed(deployment);
  return owed !== null && workJobId(owed) === jobId;
}
