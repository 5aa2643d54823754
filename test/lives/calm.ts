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
    ({ asked, trouble, orders, deaths, moves, hands = [] }) =>
      asked === 'then' &&
      Object.entries(trouble).every(([name, odds]) => name === 'whole' || odds === 0) &&
      [orders, deaths, moves, hands].every(({ length }) => length === 0),
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

/**
 * Where an earlier deployment left the traffic to so few that none of them can be taken out,
 * somebody has to be brought up first that they lend it to. A first stage without any such
 * can't be begun: a large one that came first would not fit into it.
 */
function hasRoom(deployment: core.Deployment): boolean {
  const { declared, plan } = deployment;
  const floor = core.floorIn(deployment);
  if (floor === 0 || declared?.shares == null) return true;
  const configured = new Set<string>(plan.targets.map(({ id }) => id));
  const carriers = Object.entries(declared.shares).flatMap(([id, share]) =>
    share > 0 && configured.has(id) ? [id] : [],
  );
  // Those that left the configuration had all of it: whoever has the new version inherits it.
  if (carriers.length === 0) return true;
  const sizes = carriers.map((id) => core.capacityOf(core.capacitiesIn(deployment), id));
  const carried = sizes.reduce((sum, size) => sum + size, 0);
  const [stage] = core.stepsIn(deployment).filter(({ kind }) => kind === 'deploy');
  const isFirst = (id: string): boolean =>
    stage?.kind === 'deploy' && stage.targets.some((target) => target === id);
  const lends = plan.targets.some(({ id }) => !carriers.includes(id) && isFirst(id));
  return carried >= floor && (lends || carried - Math.min(...sizes) >= floor);
}
