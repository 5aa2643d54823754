import type { DeploymentPlan } from '../model/plan/deployment-plan.js';
import { forecast } from '../plan/compile/forecast.js';
import { DEFAULT_POLICY } from '../model/plan/policy.js';

/** Stands where a plan would, in the record of a request for which none could be made. */
export const refusedPlan: DeploymentPlan = {
  strategy: { kind: 'rolling' },
  targets: [],
  steps: [],
  checks: [],
  driver: { kind: 'none', fences: false, removes: false },
  policy: DEFAULT_POLICY,
  floor: 0,
  analyses: [],
  router: null,
  flags: null,
  limits: [],
  labels: {},
  forecast: forecast([], {
    ...{ targets: 0, serving: [], driverTimeoutMs: 0, routerTimeoutMs: 0, analyses: [] },
  }),
  trusted: null,
};
