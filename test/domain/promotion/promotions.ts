import { promotedDeploymentId } from '../../../src/contracts/values/promotion-ids.js';
import { environmentName, serviceName } from '../../../src/domain/model/ids.js';
import type { DeploymentEvent } from '../../../src/domain/ports/event-log.js';
import { followEvents } from '../../../src/domain/promotion/follow-events.js';
import type { Promotion, PromotionRule } from '../../../src/domain/promotion/promotion.js';
import { anId, v } from '../../support/fixtures.js';

export const STAGING = environmentName('staging');
export const PRODUCTION = environmentName('production');
export const HERE = { environment: STAGING, service: serviceName('api') };

/** Epoch milliseconds: when the fixtures' events happen. */
export const AT = 1_000_000;

export const aRule = (rule: Partial<PromotionRule> = {}): PromotionRule => ({
  from: STAGING,
  to: PRODUCTION,
  soak: 600_000,
  auto: true,
  ...rule,
});

let made = 0;
export const anEvent = (
  type: 'completed' | 'rollback_started' | 'planned',
  event: Partial<DeploymentEvent> = {},
): DeploymentEvent => ({
  ...HERE,
  id: `${(made += 1)}-0`,
  sequence: 9,
  type: `deployment.${type}`,
  time: new Date(AT).toISOString(),
  deploymentId: anId(),
  version: v('2.0.0'),
  state: 'completed',
  actor: 'worker',
  data: {},
  ...event,
});

export const follow = (
  events: readonly DeploymentEvent[],
  open: readonly Promotion[] = [],
  rules: readonly PromotionRule[] = [aRule()],
) =>
  followEvents(events, open, {
    rulesOf: ({ environment, service }) =>
      service === HERE.service ? rules.filter(({ from }) => from === environment) : [],
    deploymentOf: promotedDeploymentId,
  });

/** One that has just begun to soak. */
export function aPromotion(promotion: Partial<Promotion> = {}): Promotion {
  const [change] = follow([anEvent('completed')]);
  if (!change) throw new Error('nothing began');
  return { ...change.after, ...promotion };
}
