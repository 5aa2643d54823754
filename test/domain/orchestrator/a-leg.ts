import { Journal } from '../../../src/domain/orchestrator/journal.js';
import type { Leg } from '../../../src/domain/orchestrator/leg.js';
import type { Deployment } from '../../../src/domain/plan/deployment.js';
import { SILENT } from '../../../src/domain/ports/log.js';
import { aWorld, stopWith } from './world.js';

/** A leg over a deployment as it is, with nothing to start or stop it. */
export function legOf(deployment: Deployment, more: Partial<Leg> = {}): Leg {
  const { store, clock, driver } = aWorld();
  const journal = new Journal({ store, clock, actor: 'w1' }, deployment, 1);
  return {
    ...{ journal, fence: 1, worker: 'w1', clock, log: SILENT, driver, checker: null },
    ...{ router: null, flags: null, metrics: () => undefined, admitted: null },
    away: new Set(),
    knownTargets: async () => new Map(),
    loadDeployment: async () => undefined,
    ...{ lastGood: null, ...stopWith({}) },
    ...more,
  };
}
