import type { Result } from '../result.js';
import { canary } from './canary.js';
import { rolling } from './rolling.js';
import { impossible, type PlanRefusal, type Strategy, type StrategyInput } from './strategy.js';
import type { Step } from '../plan/step.js';
import type { StrategyKind, StrategySpec } from './strategy-spec.js';

type Registry = { readonly [K in StrategyKind]: Strategy<Extract<StrategySpec, { kind: K }>> };

const notYet: Strategy<StrategySpec> = ({ kind }) =>
  impossible('strategy.kind', `${kind} is not available yet: expected rolling or canary`);

/** Every kind there is; the build breaks when one is forgotten. */
const STRATEGIES: Registry = { rolling, canary, blue_green: notYet, feature_flag: notYet };

export function compileSteps(
  spec: StrategySpec,
  input: StrategyInput,
): Result<readonly Step[], PlanRefusal> {
  if (!Object.hasOwn(STRATEGIES, spec.kind)) {
    return impossible('strategy.kind', `expected one of ${Object.keys(STRATEGIES).join(', ')}`);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lookup is by the spec's own kind
  const strategy = STRATEGIES[spec.kind] as Strategy<StrategySpec>;
  return strategy(spec, input);
}
