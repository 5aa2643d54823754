import type { DeploymentId, TargetId } from '../../model/ids.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import {
  type ActiveDeployment,
  MOST_STABLE,
  type StableVersion,
} from '../../model/active-deployment.js';
import { serviceChange } from '../../reconcile/service-change.js';
import { SharedMap } from '../../model/shared-map.js';
import type { TargetStatus, TargetStatuses } from '../../model/target-status.js';
import { lastStated } from './stated.js';
import { TargetsFold, type Told } from './targets-fold.js';

/** What the stream has told of one service so far: all that is kept of it. */
export class ServiceFold {
  /** Whether the stream tells of it from its very beginning. */
  #whole: boolean;
  /** The number of its last event, in the order of all. */
  newest = 0;
  fence = 0;
  #fencedBy = '';
  /** Who changes the service now. */
  #running: DeploymentId | null = null;
  /** `undefined` where what is kept of the stream does not say. */
  active: ActiveDeployment | null | undefined;
  /** From the top, as far down as it is known. */
  stable: readonly StableVersion[] = [];
  readonly #targets = new TargetsFold();
  /** The number of the event that last made something active, whatever was where. */
  #activated = 0;

  constructor(whole: boolean) {
    this.#whole = whole;
    this.active = whole ? null : undefined;
  }

  get whole(): boolean {
    return this.#whole;
  }

  /** Takes a fence that was written; answers what is wrong with it. */
  fenced(id: DeploymentId, worker: string, fence: number): string | null {
    const claim = `${id} by ${worker}`;
    const before = this.fence;
    if (fence < before) {
      return `its fence is ${fence}, after ${before} was given to ${this.#fencedBy}`;
    }
    const other = fence === before && claim !== this.#fencedBy ? this.#fencedBy : null;
    this.fence = fence;
    this.#fencedBy = claim;
    return other === null ? null : `its fence ${fence} is also that of ${other}`;
  }

  /** Begins to change the service; answers who is at it already. */
  begins(id: DeploymentId): DeploymentId | null {
    const other = this.#running === id ? null : this.#running;
    this.#running = id;
    return other;
  }

  stops(id: DeploymentId): void {
    if (this.#running === id) this.#running = null;
  }

  /** What an event says of the targets. */
  learns(told: Told): void {
    this.#targets.take(told);
  }

  /** By what the events say, as far as they are known. */
  get targets(): TargetStatuses {
    return this.#targets.all;
  }

  confirmed: TargetsFold['confirmed'] = (target) => this.#targets.confirmed(target);

  /** @param told the event that the deployment ended with, and how it stood before */
  ends({ before, at, number }: Omit<Told, 'event'>, after: Deployment): void {
    const { active = null, stable } = this;
    const [targets, others] = [SharedMap.empty<TargetId, TargetStatus>(), this.targets];
    const change = serviceChange(after, at, before, { targets, others, stable, active });
    if (typeof change.stable === 'object') {
      const { push, over = 0 } = change.stable;
      this.stable = [push, ...this.stable.slice(over)].slice(0, MOST_STABLE);
      this.#activated = number;
    } else if (change.stable === 'pop') this.stable = this.stable.slice(1);
    if (change.active === undefined) return;
    // Where a way back leads rests on all that was before.
    const known = this.#whole || after.state.status === 'completed';
    this.active = known ? change.active : undefined;
  }

  /**
   * What is active by the endings; `undefined` where that can't be told: because
   * not all of them are kept, or because a person has said since what runs where.
   *
   * @param stored the targets as they are stored
   */
  activeBeside(stored: TargetStatuses): ActiveDeployment | null | undefined {
    const stated = lastStated(stored);
    return stated !== null && stated >= this.#activated ? undefined : this.active;
  }

  /** An event whose deployment is not kept any more: what it came to can't be told. */
  untold(): void {
    this.#whole = false;
    this.active = undefined;
    this.stable = [];
  }
}
