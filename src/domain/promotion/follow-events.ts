import type { DeploymentId, EnvironmentName, ServiceRef } from '../model/ids.js';
import type { DeploymentEvent } from '../ports/event-log.js';
import {
  isHeldBack,
  type Promotion,
  promotionId,
  type PromotionRule,
  turned,
} from './promotion.js';

/** What an event on the way is measured by. */
export interface FollowRules {
  /** The rules of a service that begin in this environment. */
  readonly rulesOf: (ref: ServiceRef) => readonly PromotionRule[];
  /** The deployment in `to`; follows from the source, so that a promotion is one deployment. */
  readonly deploymentOf: (source: DeploymentId, service: ServiceRef) => DeploymentId;
}

/** A promotion before and after; `before` is null where it is new. */
export interface PromotionChange {
  readonly before: Promotion | null;
  readonly after: Promotion;
}

/** Events that begin a promotion or end one. */
export const concernsPromotions = ({ type }: DeploymentEvent): boolean =>
  type === 'deployment.completed' || type === 'deployment.rollback_started';

/**
 * What events make of the open promotions of their services: a completed
 * deployment begins to soak and takes the place of the one before it; one that
 * goes back is not promoted. A person's rollback and a newer version thereby
 * end a soak for good, even if the same version is active again later.
 */
export function followEvents(
  events: readonly DeploymentEvent[],
  open: readonly Promotion[],
  rules: FollowRules,
): readonly PromotionChange[] {
  const changes = new Map<string, PromotionChange>(
    open.map((promotion) => [promotion.id, { before: promotion, after: promotion }]),
  );
  const put = (after: Promotion): void => {
    changes.set(after.id, { before: changes.get(after.id)?.before ?? null, after });
  };
  for (const event of events) {
    const here = [...changes.values()].flatMap(({ after }) =>
      after.service === event.service && after.from === event.environment && isHeldBack(after)
        ? [after]
        : [],
    );
    if (event.type === 'deployment.rollback_started') {
      const reason = `${event.deploymentId} was rolled back in ${event.environment}`;
      for (const promotion of here) {
        if (promotion.source === event.deploymentId) put(turned(promotion, dropped(reason)));
      }
    } else if (event.type === 'deployment.completed') {
      const reason = `replaced by ${event.version} (${event.deploymentId}) in ${event.environment}`;
      for (const promotion of here) {
        if (promotion.source !== event.deploymentId) put(turned(promotion, dropped(reason)));
      }
      for (const rule of rules.rulesOf(event)) {
        const begun = soaking(event, rule, rules.deploymentOf);
        if (!changes.has(begun.id)) put(begun);
      }
    }
  }
  return [...changes.values()].filter(({ before, after }) => before !== after);
}

function soaking(
  event: DeploymentEvent,
  { to, soak, auto }: PromotionRule,
  deploymentOf: FollowRules['deploymentOf'],
): Promotion {
  const { service, environment, version, deploymentId: source } = event;
  const at = Date.parse(event.time);
  return {
    id: promotionIdOf(source, to),
    service,
    from: environment,
    to,
    version,
    source,
    deploymentId: deploymentOf(source, { service, environment: to }),
    auto,
    approvedBy: null,
    state: { status: 'soaking' },
    revision: 1,
    createdAt: at,
    soakUntil: at + soak,
  };
}

const promotionIdOf = (source: DeploymentId, to: EnvironmentName) => promotionId(`${source}.${to}`);

const dropped = (reason: string) => ({ status: 'dropped', reason }) as const;
