import type { Step } from '../../../src/domain/plan/step.js';
import type { Result } from '../../../src/domain/result.js';
import type { PlanRefusal, StrategyInput } from '../../../src/domain/strategies/strategy.js';
import { web } from '../../support/fixtures.js';

export const inputOf = (count: number, checked = false): StrategyInput => ({
  targets: [web(1), ...Array.from({ length: count - 1 }, (_, at) => web(at + 2))],
  checked,
});

/** `deploy 1,2`, `check 1,2`, `wait 10`: what a plan does, at a glance. */
export const sketch = (steps: readonly Step[]): readonly string[] =>
  steps.map((step) =>
    step.kind === 'wait'
      ? `wait ${step.ms}`
      : `${step.kind} ${step.targets.map((id) => id.replace('web-', '')).join(',')}`,
  );

export function refusal(answer: Result<unknown, PlanRefusal>): PlanRefusal {
  if (answer.ok) throw new Error('it was not refused');
  return answer.error;
}
