import type { Promotion } from '../../domain/promotion/promotion.js';
import { type Release, releaseReasonOf } from '../../domain/release/release.js';
import { isoTime } from './deployment-view.js';

/** A release as `release show` and `release list` give it; programs rely on this shape. */
export function releaseView(release: Release) {
  const { id, name, environment, members, onFailure, state, createdAt, endedAt } = release;
  const { requestedBy, metadata, retries = [] } = release;
  return {
    id,
    name,
    environment,
    state: state.status,
    reason: releaseReasonOf(release),
    onFailure,
    rollback: release.rollback === true,
    services: members.map(({ service, version, after, status, deploymentId, attempt, reason }) => ({
      service,
      version,
      after,
      state: status,
      // Before its turn there is no such deployment.
      deploymentId: status === 'pending' || status === 'skipped' ? null : deploymentId,
      attempt,
      reason,
    })),
    requestedBy,
    retries: retries.map(({ by, reason, at }) => ({ by, reason, at: isoTime(at) })),
    metadata,
    createdAt: isoTime(createdAt),
    endedAt: endedAt === null ? null : isoTime(endedAt),
  };
}

/** A promotion as `promotions` gives it. */
export function promotionView(promotion: Promotion) {
  const { id, service, from, to, version, source, deploymentId, auto, approvedBy } = promotion;
  const { state, soakUntil, createdAt } = promotion;
  return {
    id,
    service,
    from,
    to,
    version,
    sourceDeploymentId: source,
    deploymentId: state.status === 'promoted' ? deploymentId : null,
    state: state.status,
    reason: 'reason' in state ? state.reason : null,
    auto,
    approvedBy,
    soakUntil: isoTime(soakUntil),
    createdAt: isoTime(createdAt),
  };
}
