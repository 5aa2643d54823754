import { serviceKey } from '../../src/domain/ids.js';
import type { Deployment } from '../../src/domain/plan/deployment.js';
import type { ActiveDeployment, ServiceEffect } from '../../src/domain/plan/service-effect.js';
import type { ModelService } from './model-entries.js';

type ActiveMap = Readonly<Record<string, ActiveDeployment>>;

/** What an effect makes of a service's stack; answers the active map as it is then. */
export function takeEffect(
  its: ModelService,
  active: ActiveMap,
  after: Deployment,
  effect: ServiceEffect,
): ActiveMap {
  const key = serviceKey(after);
  if ('automationHold' in effect) its.automationHold = effect.automationHold ?? null;
  if (effect.kind === 'none') return active;
  if (effect.kind === 'activate') {
    its.stack = [effect.good, ...its.stack].slice(0, 50);
    return { ...active, [key]: effect.active };
  }
  const onTop = its.stack[0]?.deploymentId === after.id;
  const wasActive = active[key]?.deploymentId === after.id;
  if (onTop) its.stack = its.stack.slice(1);
  const { [key]: _, ...others } = active;
  if (effect.kind === 'unknown') return { ...others, [key]: effect.active };
  if (!onTop && !wasActive) return active;
  const [below] = its.stack;
  return below === undefined ? others : { ...others, [key]: below };
}
