import { showView } from '../../../src/contracts/views/deployment-view.js';
import type { DeploymentRequest } from '../../../src/producers/deployment-producer.js';
import type { ShopWorld } from '../../support/shop-world.js';

/** Requests a second. */
export const RATE = 60;

export const ERRORS = {
  name: 'errors',
  kind: 'rate',
  source: 'prom',
  query: 'sum(increase(http_requests_total{version="{version}",code=~"5.."}[{window}]))',
  total: 'sum(increase(http_requests_total{version="{version}"}[{window}]))',
  baseline: 'stable',
  maxIncrease: 0.01,
};

export const canary = (analyze: string): DeploymentRequest['strategy'] => ({
  kind: 'canary',
  traffic: true,
  stages: [{ weight: 50, analyze }, { weight: 100 }],
});

/** What a person reads of a deployment in `show`. */
export async function shown(world: ShopWorld, id: string): Promise<string> {
  const deployment = await world.load(id);
  return JSON.stringify(showView(deployment, await world.index.events(deployment.id)));
}
