import type { DeploymentId } from '../ids.js';
import { type ActiveDeployment, activeAfter, type ServiceEffect } from '../plan/service-effect.js';

/** As many as a stack holds. */
const STACK_DEPTH = 50;

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
  stack: readonly ActiveDeployment[] = [];

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

  ends(id: DeploymentId, effect: ServiceEffect): void {
    if (effect.kind === 'none') return;
    if (effect.kind === 'activate') {
      this.active = effect.active;
      this.stack = [effect.good, ...this.stack].slice(0, STACK_DEPTH);
      return;
    }
    const mine = this.stack[0]?.deploymentId === id;
    if (mine) this.stack = this.stack.slice(1);
    const below = this.stack[0] ?? (this.#whole ? null : undefined);
    this.active = activeAfter(effect, { id, mine, active: this.active, below });
  }

  /** An ending whose deployment is not kept any more: what it did can't be told. */
  endsUntold(): void {
    this.#whole = false;
    this.active = undefined;
    this.stack = [];
  }
}
