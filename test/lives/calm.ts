import * as core from './core-under-test.js';
import type { Planned, Shape } from './shape.js';
import { CALM } from './trouble.js';
import type { Sizes } from './sizes.js';

/** The same deployment with nothing in its way: nothing fails, dies or moves, and nobody says anything. */
export const calmed = (planned: Planned): Planned => ({
  ...planned,
  // Planned early, it may find another colour live, and then says why it can't be carried out.
  asked: 'then',
  trouble: CALM,
  orders: [],
  deaths: [],
  moves: [],
});

export const isCalm = ({ deployments }: Shape): boolean =>
  deployments.every(
    ({ asked, trouble, orders, deaths, moves }) =>
      asked === 'then' &&
      Object.entries(trouble).every(([name, odds]) => name === 'whole' || odds === 0) &&
      [orders, deaths, moves].every(({ length }) => length === 0),
  );

/**
 * Whether nothing but what happens to it can keep it from being completed: no
 * gate of it ends it in time, and as many have traffic as its floor asks for.
 */
export const mustComplete = (deployment: core.Deployment, sizes: Sizes | null): boolean =>
  hasRoom(deployment) &&
  !(sizes?.by === 'balancer' && isTooLarge(deployment)) &&
  core
    .stepsIn(deployment)
    .every((step) => step.kind !== 'gate' || step.timeout === null || step.onTimeout === 'promote');

/** What a balancer's targets can carry may be known only when it begins: then a limit may turn out not to fit. */
const isTooLarge = ({ state }: core.Deployment): boolean =>
  state.status === 'failed' &&
  state.reason.startsWith('cannot be carried out any more: strategy.maxUnavailable');

/** Where an earlier deployment left the traffic to fewer than must serve, nothing can be done that leaves it so. */
function hasRoom({ declared, plan }: core.Deployment): boolean {
  if (plan.floor === 0 || declared?.shares == null) return true;
  return Object.values(declared.shares).filter((share) => share > 0).length >= plan.floor;
}
