import { measuringMs } from './measuring-time.js';
import type { Capacities } from '../../model/traffic/capacities.js';
import type { AnalysisSpec } from '../../model/plan/analysis-spec.js';
import { lowestServing, narrowingIn } from '../../strategies/parts/lowest-serving.js';
import type { TargetId } from '../../model/ids.js';
import type { Step } from '../../model/plan/step.js';
import type { Forecast, Narrowing } from '../../model/plan/deployment-plan.js';

/** What a forecast needs to know beside the steps. */
export interface ForecastBasis {
  readonly targets: number;
  /** The targets that have the traffic before the first step. */
  readonly serving: readonly TargetId[];
  /** Those that are known to have it: nobody, where no colour is live yet. Default: `serving`. */
  readonly limited?: readonly TargetId[];
  /** What each target can carry, and all together; not said where all can carry the same. */
  readonly capacities?: Capacities | undefined;
  readonly heldOut?: readonly TargetId[];
  /** The longest that one driver call may take. */
  readonly driverTimeoutMs: number;
  /** The longest that one call of the router may take; 0 without one. */
  readonly routerTimeoutMs: number;
  readonly analyses: readonly AnalysisSpec[];
}

export function forecast(steps: readonly Step[], basis: ForecastBasis): Forecast {
  const {
    targets,
    serving,
    limited = serving,
    capacities,
    heldOut = [],
    driverTimeoutMs,
    routerTimeoutMs,
    analyses,
  } = basis;
  const batches = of(steps, 'deploy').map((step) => step.targets.length);
  const shifts = of(steps, 'shift').length;
  const waitMs = sum(of(steps, 'wait').map(({ ms }) => ms));
  const analysisMs = measuringMs(steps, analyses);
  // Each batch is drained before it is touched, and taken back into service after.
  const closings = of(steps, 'close').length;
  const trafficMs = (shifts + closings + 2 * batches.length) * routerTimeoutMs;
  const callsMs = batches.length * driverTimeoutMs;
  const gates = of(steps, 'gate');
  const narrowing = narrowed(narrowingIn(steps, limited, capacities));
  const all = Object.values(capacities ?? {});
  return {
    steps: steps.length,
    batches: batches.length,
    targets,
    largestBatch: Math.max(0, ...batches),
    lowestCapacity: lowestServing(steps, serving, capacities),
    ...(all.length > 0 && { capacity: sum(all) }),
    ...(narrowing !== null && { narrowing }),
    heldOut,
    waitMs,
    analysisMs,
    gates: gates.length,
    longestGateMs: longest(gates.map(({ timeout }) => timeout)),
    trafficMs,
    atMostMs: waitMs + analysisMs + trafficMs + callsMs,
    rollbackMs: callsMs + (2 * batches.length + Math.min(1, shifts)) * routerTimeoutMs,
  };
}

/** As a plan keeps it. */
function narrowed(found: ReturnType<typeof narrowingIn>): Narrowing | null {
  if (found === null) return null;
  const { capacity: _, ...narrowing } = found;
  return narrowing;
}

const longest = (times: readonly (number | null)[]): number | null =>
  times.reduce<number | null>(
    (most, time) => (most === null || time === null ? null : Math.max(most, time)),
    0,
  );

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const of = <Kind extends Step['kind']>(steps: readonly Step[], kind: Kind) =>
  steps.filter((step): step is Extract<Step, { kind: Kind }> => step.kind === kind);
