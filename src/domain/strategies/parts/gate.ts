import type { GateStep, Step } from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { impossible, type PlanRefusal } from './strategy.js';
import type { GateSetting, GateSpec } from '../../model/plan/strategy-spec.js';

/** @param name where the setting gives none */
export function gateOf(setting: GateSetting | undefined, name: string): readonly GateStep[] {
  if (setting === undefined || setting === false) return [];
  return [gateStep(setting === true ? {} : setting, name)];
}

export const gateStep = (said: GateSpec, name: string): GateStep => ({
  kind: 'gate',
  name: said.name ?? name,
  timeout: said.timeout ?? null,
  onTimeout: said.onTimeout ?? 'abort',
});

/** Who promotes says which gate: two of one name could be taken for each other. */
export function distinctGates(steps: readonly Step[]): Result<null, PlanRefusal> {
  const seen = new Set<string>();
  for (const step of steps) {
    if (step.kind !== 'gate') continue;
    if (seen.has(step.name)) {
      return impossible('strategy', `two gates are named ${step.name}: expected a name for each`);
    }
    seen.add(step.name);
  }
  return ok(null);
}
