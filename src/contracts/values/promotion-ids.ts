import type { DeploymentId, ServiceRef } from '../../domain/model/ids.js';
import type { Promotion, PromotionId } from '../../domain/promotion/promotion.js';
import { deploymentIdForKey } from './deployment-id.js';

/** Makes a promotion's plan job the one deployment that the promotion knows, however often it is published. */
export const promotionKey = ({ source, to }: Pick<Promotion, 'source' | 'to'>): string =>
  `promotion:${source}:${to}`;

/** @param target the service in the environment it goes on to */
export const promotedDeploymentId = (source: DeploymentId, target: ServiceRef): DeploymentId =>
  deploymentIdForKey(target, promotionKey({ source, to: target.environment }));

/** The job's own name: publishing it twice is one job. */
export const promotionJobId = (id: PromotionId): string => `promotion.${id}`;
