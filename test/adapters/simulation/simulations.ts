import { reasonOf } from '../../../src/domain/model/deployment/plan-state.js';
import { simulate } from '../../../src/app/entries/testing.js';
import type { SimulationRequest } from '../../../src/app/simulation/simulation.js';
import type { SimulationSpecInput } from '../../../src/contracts/simulation/simulation.schema.js';

export type Strategy = NonNullable<SimulationSpecInput['strategy']>;

export const canary: Strategy = { kind: 'canary', stages: [25, 50, 100], wait: '2h' };
export const up = { kind: 'tcp' as const, name: 'up', address: '{target.address}' };

/** Carried out, with how it ended told first. */
export async function endOf(request: SimulationRequest) {
  const { deployment, ...rest } = await simulate(request);
  const { status } = deployment.state;
  return { status, reason: reasonOf(deployment.state), deployment, ...rest };
}
