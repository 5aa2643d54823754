import { type MemoryState, serviceRow } from '../../../src/adapters/memory/memory-state.js';
import { type DeploymentId, type ServiceRef, serviceKey } from '../../../src/domain/model/ids.js';
import { isTerminal } from '../../../src/domain/model/deployment/plan-state.js';
import type { DeploymentStore } from '../../../src/domain/ports/deployment-store.js';
import type { Actor, Scheduler } from './scheduler.js';

interface Slot {
  readonly holder: DeploymentId | null;
  readonly line: readonly DeploymentId[];
}

const BUSY: ReadonlySet<string> = new Set(['executing', 'verifying', 'paused']);

/**
 * Looks at every answer of the store and at what it changed, and knows by itself
 * who may do what: who has a claim that was neither given up nor ran out, which
 * fence is the newest, whose turn it is.
 */
export class Watch {
  readonly violations: string[] = [];
  readonly #state: MemoryState;
  readonly #scheduler: Scheduler;
  /** Until when a claim lasts, by the words of those who made it. */
  readonly #leases = new Map<DeploymentId, number>();
  readonly #fences = new Map<string, number>();
  readonly #claimed = new Map<DeploymentId, number>();

  constructor(state: MemoryState, scheduler: Scheduler) {
    this.#state = state;
    this.#scheduler = scheduler;
  }

  newestFence(ref: ServiceRef): number {
    return this.#fences.get(serviceKey(ref)) ?? 0;
  }

  /** The store as one process reaches it: each call, and each answer that matters, is a point where others may go first. */
  store(store: DeploymentStore, actor: Actor): DeploymentStore {
    const before = (name: string) => this.#scheduler.point(actor, name);
    const answered = async <T>(answer: T, name: string): Promise<T> => {
      await this.#scheduler.point(actor, `${name} answered`);
      return answer;
    };
    return {
      create: async (deployment, events) => {
        await before(`create ${deployment.id}`);
        return answered(await store.create(deployment, events), 'create');
      },
      load: async (id) => {
        await before(`load ${id}`);
        return store.load(id);
      },
      service: async (ref) => {
        await before(`service ${ref.service}`);
        return store.service(ref);
      },
      claim: async (id, request) => {
        await before(`claim ${id} ${request.kind}`);
        const answer = await store.claim(id, request);
        if (answer.kind === 'claimed') this.#onClaim(id, answer.fence, request.leaseMs);
        return answered(answer, `claim: ${answer.kind}`);
      },
      append: async (transition) => {
        const { after, fence, release } = transition;
        await before(`append ${after.id} ${after.state.status} fence ${fence}`);
        const slot = this.#slotOf(after);
        const answer = await store.append(transition);
        if (answer.ok) {
          this.#onWrite(after.id, fence);
          const ended = isTerminal(after.state.status);
          if (fence !== null && (release || ended)) this.#leases.delete(after.id);
          this.#onSlot(after, slot, ended ? after.id : null);
        }
        return answered(answer, answer.ok ? 'append: written' : `append: ${answer.error.code}`);
      },
      renew: async (id, fence, leaseMs) => {
        await before(`renew ${id}`);
        const answer = await store.renew(id, fence, leaseMs);
        if (answer.held) this.#onWrite(id, fence);
        if (answer.held) this.#leases.set(id, this.#scheduler.now() + leaseMs);
        return answer;
      },
      release: async (id, fence, due, leave) => {
        await before(`release ${id}${leave ? ' and leave' : ''}`);
        const ref = this.#state.deployments.get(id)?.deployment;
        const slot = ref && this.#slotOf(ref);
        const answer = await store.release(id, fence, due, leave);
        if (this.#claimed.get(id) === fence) this.#leases.delete(id);
        if (ref && slot) this.#onSlot(ref, slot, leave ? id : null);
        return answered(answer, 'release');
      },
      overdue: async (limit) => {
        await before('overdue');
        return store.overdue(limit);
      },
      postpone: async (id, ms) => {
        await before(`postpone ${id}`);
        return store.postpone(id, ms);
      },
      renewWork: async (id) => {
        await before(`renewWork ${id}`);
        return answered(await store.renewWork(id), 'renewWork');
      },
      lead: (worker, leaseMs) => store.lead(worker, leaseMs),
    };
  }

  /** At most one deployment of a service is under way, and that one has the slot. */
  look(): void {
    for (const { deployment } of this.#state.deployments.values()) {
      const { id, state } = deployment;
      if (!BUSY.has(state.status)) continue;
      const { holder } = this.#slotOf(deployment);
      if (holder !== id) this.#violated(`${id} is ${state.status}, and ${holder} has the slot`);
    }
  }

  #onClaim(id: DeploymentId, fence: number, leaseMs: number): void {
    const row = this.#state.deployments.get(id);
    if (row === undefined) return this.#violated(`${id} was claimed and is not there`);
    const ref = row.deployment;
    const now = this.#scheduler.now();
    const newest = this.newestFence(ref);
    if (fence <= newest) this.#violated(`${id} was claimed with fence ${fence} after ${newest}`);
    if (this.#slotOf(ref).holder !== id) this.#violated(`${id} was claimed without the slot`);
    for (const [other, until] of this.#leases) {
      const its = this.#state.deployments.get(other)?.deployment;
      if (until <= now || its === undefined || serviceKey(its) !== serviceKey(ref)) continue;
      this.#violated(`${id} was claimed while ${other} is claimed until ${until}`);
    }
    this.#fences.set(serviceKey(ref), fence);
    this.#claimed.set(id, fence);
    this.#leases.set(id, now + leaseMs);
  }

  #onWrite(id: DeploymentId, fence: number | null): void {
    const newest = this.#claimed.get(id) ?? 0;
    if (fence === null || fence === newest) return;
    this.#violated(`${id} took a write with fence ${fence} after it was claimed with ${newest}`);
  }

  /** Whose turn it is follows from the line alone. */
  #onSlot(ref: ServiceRef, before: Slot, left: DeploymentId | null): void {
    const now = this.#slotOf(ref);
    const still = before.line.filter((id) => id !== left);
    const had = left !== null && (before.holder ?? before.line[0]) === left;
    const [first = null] = still;
    const holder = had ? first : before.holder;
    if (now.holder !== holder) this.#violated(`${now.holder} got the slot, ${holder} should have`);
    const line = had ? still.slice(1) : still;
    const kept = now.line.filter((id) => line.includes(id));
    const joined = now.line.length - kept.length;
    if (kept.join() !== line.join() || joined > 1 || (left !== null && joined > 0)) {
      this.#violated(`the line became ${now.line.join()}, and was ${before.line.join()}`);
    }
  }

  #slotOf(ref: ServiceRef): Slot {
    const { holder, line } = serviceRow(this.#state, ref);
    return { holder, line: [...line] };
  }

  #violated(what: string): void {
    this.violations.push(`${this.#scheduler.now()}: ${what}`);
  }
}
