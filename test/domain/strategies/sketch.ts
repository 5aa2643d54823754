import type { TargetId } from '../../../src/domain/model/ids.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import type { Result } from '../../../src/domain/model/result.js';
import type { Colours } from '../../../src/domain/strategies/parts/colours.js';
import { compileSteps } from '../../../src/domain/strategies/index.js';
import type { PlanRefusal, StrategyInput } from '../../../src/domain/strategies/parts/strategy.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { API, v, web } from '../../support/fixtures.js';

/** A service without router, flags, colours and analyses. */
export const inputOf = (count: number, checked = false): StrategyInput => ({
  ref: API,
  version: v('1.0.0'),
  targets: [web(1), ...Array.from({ length: count - 1 }, (_, at) => web(at + 2))],
  checked,
  colours: null,
  routed: false,
  flagged: false,
  removes: false,
  analyses: [],
});

/** A service with everything there is. */
export const equipped = (count: number, given: Partial<StrategyInput> = {}): StrategyInput => ({
  ...inputOf(count, true),
  routed: true,
  flagged: true,
  removes: true,
  analyses: ['errors', 'latency'],
  ...given,
});

/** The first `live` targets are live, the others idle. */
export function coloured(
  count: number,
  live: number,
  given: Partial<StrategyInput> & Partial<Pick<Colours, 'idleServes'>> = {},
): StrategyInput {
  const { idleServes = false, ...rest } = given;
  const { targets } = inputOf(count);
  const [first, ...more] = targets.slice(live);
  if (first === undefined) throw new Error('no target is idle');
  const colours = { live: targets.slice(0, live), idle: [first, ...more], idleServes } as const;
  return equipped(count, { colours, ...rest });
}

export function compiled(spec: StrategySpec, input: StrategyInput): readonly Step[] {
  const steps = compileSteps(spec, input);
  if (!steps.ok) throw new Error(`${steps.error.path}: ${steps.error.message}`);
  return steps.value;
}

export const sketched = (spec: StrategySpec, input: StrategyInput): readonly string[] =>
  sketch(compiled(spec, input));

export const refused = (spec: StrategySpec, input: StrategyInput): PlanRefusal =>
  refusal(compileSteps(spec, input));

const some = (ids: readonly TargetId[]): string =>
  ids.length === 0 ? '-' : ids.map((id) => id.replace('web-', '')).join(',');

/** `deploy 1,2`, `wait 10`, `shift 10% to 1 from 2,3`: what a plan does, at a glance. */
export const sketch = (steps: readonly Step[]): readonly string[] => steps.map(sketchOf);

function sketchOf(step: Step): string {
  switch (step.kind) {
    case 'deploy':
    case 'check':
    case 'close':
    case 'retire':
      return `${step.kind} ${some(step.targets)}`;
    case 'wait':
      return `wait ${step.ms}`;
    case 'shift':
      return `shift ${step.percent}% to ${some(step.to)} from ${some(step.from)}`;
    case 'set_flag':
      return `flag ${step.flag} ${step.percent}`;
    case 'gate':
      return `gate ${step.name} ${step.timeout ?? 'ever'} ${step.onTimeout}`;
    case 'analyze':
      return `${step.mode} ${step.analysis} of ${some(step.targets)} beside ${some(step.baseline)}`;
    case 'measure':
      return `measure ${step.analyses.join(',')} to its ${step.until}`;
  }
}

export function refusal(answer: Result<unknown, PlanRefusal>): PlanRefusal {
  if (answer.ok) throw new Error('it was not refused');
  return answer.error;
}
