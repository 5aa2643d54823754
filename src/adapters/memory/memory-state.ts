import { type DeploymentId, type ServiceRef, serviceKey, type TargetId } from '../../domain/ids.js';
import type { Deployment } from '../../domain/plan/deployment.js';
import { knownAfter, learn } from '../../domain/plan/known-targets.js';
import type { RecordedEvent } from '../../domain/plan/plan-event.js';
import type { Freeze } from '../../domain/policy/freeze.js';
import type { AutomationHold } from '../../domain/policy/hold.js';
import {
  type ActiveDeployment,
  activeAfter,
  type ServiceEffect,
} from '../../domain/plan/service-effect.js';
import type { KnownTarget } from '../../domain/plan/target.js';

/** Everything the store in memory remembers; its index reads the same. */
export interface MemoryState {
  readonly deployments: Map<DeploymentId, Row>;
  readonly services: Map<string, ServiceRow>;
  readonly active: Map<string, ActiveDeployment>;
  /** By id. */
  readonly freezes: Map<string, Freeze>;
  /** Deployments under way, by the limit they count against. */
  readonly limits: Map<string, Set<DeploymentId>>;
  ended: DeploymentId | null;
  leader: { readonly worker: string; readonly until: number } | null;
}

export interface Row {
  deployment: Deployment;
  readonly events: RecordedEvent[];
  fence: number;
  leaseUntil: number;
  due: number | null;
}

export interface ServiceRow {
  holder: DeploymentId | null;
  /** Whoever claimed last: its worker may still be letting go. */
  claimant: DeploymentId | null;
  fence: number;
  line: DeploymentId[];
  stack: ActiveDeployment[];
  readonly known: Map<TargetId, KnownTarget>;
  automationHold: AutomationHold | null;
}

export const emptyState = (): MemoryState => ({
  deployments: new Map(),
  services: new Map(),
  active: new Map(),
  freezes: new Map(),
  limits: new Map(),
  ended: null,
  leader: null,
});

export function serviceRow(state: MemoryState, ref: ServiceRef): ServiceRow {
  const key = serviceKey(ref);
  const row: ServiceRow = state.services.get(key) ?? {
    holder: null,
    claimant: null,
    fence: 0,
    line: [],
    stack: [],
    known: new Map(),
    automationHold: null,
  };
  state.services.set(key, row);
  return row;
}

export function applyEffect(
  state: MemoryState,
  after: Deployment,
  events: readonly RecordedEvent[],
  effect: ServiceEffect,
): void {
  const its = serviceRow(state, after);
  const key = serviceKey(after);
  for (const [target, learnt] of knownAfter(after, events)) {
    its.known.set(target, learn(its.known.get(target), learnt));
  }
  if ('automationHold' in effect) its.automationHold = effect.automationHold ?? null;
  if (effect.kind === 'none') return;
  if (effect.kind === 'activate') {
    state.active.set(key, effect.active);
    its.stack = [effect.good, ...its.stack].slice(0, 50);
    return;
  }
  const mine = its.stack[0]?.deploymentId === after.id;
  if (mine) its.stack = its.stack.slice(1);
  const [below] = its.stack;
  const now = activeAfter(effect, { id: after.id, mine, active: state.active.get(key), below });
  if (now) state.active.set(key, now);
  else state.active.delete(key);
}
