import type { TargetId } from '../../model/ids.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import type { PlanEvent } from '../../model/deployment/plan-event.js';
import { isReport } from '../../plan/machine/report-rules.js';
import { evolveStatus } from '../../reconcile/evolve-status.js';
import { EMPTY_RECORD, serviceStatus } from '../../model/service-status.js';
import type { SharedMap } from '../../model/shared-map.js';
import { isGone, type TargetStatus, type TargetStatuses } from '../../model/target-status.js';

/** An event as the deployment that it is about stood before it. */
export interface Told {
  readonly event: PlanEvent;
  readonly before: Deployment;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Its place in the order of all events. */
  readonly number: number;
}

/** What is decided teaches as well, where it says what counts or what was found. */
const TEACHING: ReadonlySet<string> = new Set<PlanEvent['type']>([
  'deployment.started',
  'deployment.verified',
]);

/** Whether it may say anything of a target; whoever writes such an event holds the service's slot. */
export const teaches = (event: PlanEvent): boolean => isReport(event) || TEACHING.has(event.type);

/** The ends after which it is sure what a target runs. */
const CONFIRMS: ReadonlySet<string> = new Set<PlanEvent['type']>([
  'deployment.target_updated',
  'deployment.target_restored',
  'deployment.target_retired',
]);

/** What the events of a service say of its targets; each costs the same, however many targets there are. */
export class TargetsFold {
  /** As it was before the deployment whose events are told now. */
  #record: ReadonlyMap<TargetId, TargetStatus> = new Map();
  #plan: Deployment['plan'] | null = null;
  #first: SharedMap<TargetId, TargetStatus> | null = null;
  #now: SharedMap<TargetId, TargetStatus> | null = null;
  readonly #confirmed = new Map<TargetId, number>();

  take({ event, before, at, number }: Told): void {
    if (!teaches(event)) return;
    this.#now = evolveStatus(this.#of(before), event, before, at);
    if ('target' in event && CONFIRMS.has(event.type)) this.#confirmed.set(event.target, number);
  }

  /** The targets that something was ever said of. */
  get all(): TargetStatuses {
    if (this.#now === null || this.#first === null) return this.#record;
    const all = [...this.#record, ...this.#now.changedSince(this.#first)];
    return new Map([...new Map(all)].filter(([, status]) => !isGone(status)));
  }

  /** The number of the event that last made it sure what runs there; 0 for none. */
  confirmed(target: TargetId): number {
    return this.#confirmed.get(target) ?? 0;
  }

  /** The targets of the deployment's plan: one deployment at a time has events that teach. */
  #of({ plan }: Deployment): SharedMap<TargetId, TargetStatus> {
    if (this.#now !== null && this.#plan === plan) return this.#now;
    this.#record = this.all;
    this.#plan = plan;
    const { targets } = serviceStatus({ ...EMPTY_RECORD, targets: this.#record }, plan);
    this.#first = targets;
    return targets;
  }
}
