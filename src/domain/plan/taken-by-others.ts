import type { Deployment } from '../model/deployment/deployment.js';
import type { RemovedTarget } from '../model/plan/removed-target.js';
import type { TargetStatus } from '../model/target-status.js';

/**
 * What left the configuration when this was planned, and another deployment has
 * called since, is that one's: it may be configured again. Why it is left, in a
 * sentence part; `null` where nobody has.
 */
export const takenByOthers = (
  { id }: Pick<Deployment, 'id'>,
  removed: Pick<RemovedTarget, 'by'>,
  { by }: Pick<TargetStatus, 'by'>,
): string | null =>
  by === null || by === removed.by || by === id
    ? null
    : `${by} has deployed to it since this was planned`;
