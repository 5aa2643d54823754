import type { Result } from '../model/result.js';
import { blueGreen } from './blue-green.js';
import { canary } from './canary/canary.js';
import { customSteps } from './custom/custom-steps.js';
import { featureFlag } from './parts/feature-flag.js';
import { reaches } from '../model/traffic/capacities.js';
import { distinctGates } from './parts/gate.js';
import { floorOf, limitedOf } from './parts/capacity.js';
import { lowestServing, narrowingIn } from './parts/lowest-serving.js';
import { bounded, namedBy } from './parts/plan-size.js';
import { capacityWords, counted, narrowingWords } from './parts/narrowing-words.js';
import { rolling } from './rolling.js';
import {
  impossible,
  type PlanRefusal,
  type Strategy,
  type StrategyInput,
} from './parts/strategy.js';
import type { Step } from '../model/plan/step.js';
import type { StrategyKind, StrategySpec } from '../model/plan/strategy-spec.js';

type Registry = { readonly [K in StrategyKind]: Strategy<Extract<StrategySpec, { kind: K }>> };

/** Every kind there is; the build breaks when one is forgotten. */
const STRATEGIES: Registry = {
  rolling,
  canary,
  blue_green: blueGreen,
  feature_flag: featureFlag,
  steps: customSteps,
};

export function compileSteps(
  spec: StrategySpec,
  input: StrategyInput,
): Result<readonly Step[], PlanRefusal> {
  if (!Object.hasOwn(STRATEGIES, spec.kind)) {
    return impossible('strategy.kind', `expected one of ${Object.keys(STRATEGIES).join(', ')}`);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lookup is by the spec's own kind
  const strategy = STRATEGIES[spec.kind] as Strategy<StrategySpec>;
  const steps = strategy(spec, input);
  if (!steps.ok) return steps;
  const gates = distinctGates(steps.value);
  if (!gates.ok) return gates;
  const size = bounded(namedBy(steps.value));
  if (!size.ok) return size;
  const floor = floorOf(spec, input);
  const serving = limitedOf(spec, input);
  const { capacities } = input;
  const lowest = lowestServing(steps.value, serving, capacities);
  if (reaches(lowest, floor)) return steps;
  const narrowing = narrowingIn(steps.value, serving, capacities);
  const inWords = capacities === undefined ? counted : capacityWords;
  const least = capacities === undefined ? `${floor} have` : `${capacityWords(floor)} has`;
  return impossible(
    'strategy.maxUnavailable',
    narrowing !== null && !reaches(narrowing.capacity, floor)
      ? `${narrowingWords(narrowing)}, and at least ${least} to serve: expected more targets there, or more room`
      : `only ${inWords(lowest)} would serve at some time, and at least ${least} to: expected smaller stages, or more room`,
  );
}
