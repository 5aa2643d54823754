import type { ServiceRef } from '../../domain/model/ids.js';
import type { PromotionRule } from '../../domain/promotion/promotion.js';

interface ServicesWithPromotions {
  readonly services: Readonly<Record<string, { readonly promotions?: readonly PromotionRule[] }>>;
}

/** The configured promotions that begin with a service in an environment; `"*"` is for services that are not named. */
export const configuredPromotions =
  ({ services }: ServicesWithPromotions) =>
  ({ service, environment }: ServiceRef): readonly PromotionRule[] => {
    const name = Object.hasOwn(services, service) ? service : '*';
    return (services[name]?.promotions ?? []).filter(({ from }) => from === environment);
  };
