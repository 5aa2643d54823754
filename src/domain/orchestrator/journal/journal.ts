import type { Clock } from '../../ports/clock.js';
import type { DeploymentStore, ServiceWrite } from '../../ports/deployment-store.js';
import type { TargetId } from '../../model/ids.js';
import { taught } from '../../reconcile/evolve-status.js';
import { type ServiceStatus, serviceStatus } from '../../model/service-status.js';
import { bothSeen } from './both-seen.js';
import { serviceAgain } from './service-again.js';
import type { Seen } from '../../model/target-status.js';
import type { Conclusion, Refusal } from '../../plan/machine/decision.js';
import { decided, type Said } from '../../plan/machine/decided.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import { evolve } from '../../plan/fold/evolve.js';
import type { PlanCommand } from '../../plan/machine/plan-command.js';
import type { PlanEvent, RecordedEvent } from '../../model/deployment/plan-event.js';
import { isTerminal } from '../../model/deployment/plan-state.js';
import type { Report } from '../../plan/machine/report-rules.js';
import { serviceChange } from '../../reconcile/service-change.js';
import { Fenced } from './fenced.js';
import type { WorkOwed } from '../../model/deployment/work-owed.js';

/** What became of what was submitted or reported; final once `flush` has resolved. */
export interface Ticket {
  refusal: Refusal | null;
  events: readonly PlanEvent[];
}

/** Commands from outside hold no lease, and need no way to give one up. */
type JournalStore = Pick<DeploymentStore, 'load' | 'append' | 'service'> &
  Partial<Pick<DeploymentStore, 'release'>>;

interface Entry {
  readonly what: Said;
  readonly ticket: Ticket;
}

/**
 * One run's way to write: what is said is decided at once on what is known, and
 * written down together by `flush`. What is submitted between two flushes is
 * one write, so the end of one target and the intent for the next cost one
 * trip. If others wrote meanwhile, what is pending is decided again on what
 * they left.
 */
export class Journal {
  readonly #store: JournalStore;
  readonly #clock: Clock;
  readonly #actor: string;
  readonly fence: number | null;
  #durable: Deployment;
  #current: Deployment;
  /** The service as the claim answered it; an order from outside knows nothing of it. */
  #durableService: ServiceStatus | null;
  #service: ServiceStatus | null;
  #pending: Entry[] = [];
  #events: RecordedEvent[] = [];
  #writing: Promise<void> | null = null;
  #failed: Fenced | null = null;
  #released = false;
  readonly handedTo: WorkOwed[] = [];

  constructor(
    ports: { readonly store: JournalStore; readonly clock: Clock; readonly actor: string },
    deployment: Deployment,
    fence: number | null,
    service: ServiceStatus | null = null,
  ) {
    this.#store = ports.store;
    this.#clock = ports.clock;
    this.#actor = ports.actor;
    this.fence = fence;
    this.#durable = deployment;
    this.#current = deployment;
    this.#durableService = service;
    this.#service = service;
  }

  /** As it will be once all that was submitted is written. */
  get deployment(): Deployment {
    return this.#current;
  }

  /**
   * The service as it will be then.
   *
   * @throws Error where there is no claim
   */
  get service(): ServiceStatus {
    return claimed(this.#service);
  }

  /** What a router or the checks say just now to who has a claim: it counts for this run, and is not written down. */
  see(seen: ReadonlyMap<TargetId, Seen>): void {
    const [was, now] = [claimed(this.#durableService), claimed(this.#service)];
    [this.#durableService, this.#service] = bothSeen(was, now, seen);
  }

  /** The newest revision this run knows to be written. */
  get durableRevision(): number {
    return this.#durable.revision;
  }

  get released(): boolean {
    return this.#released;
  }

  submit(order: PlanCommand): Ticket {
    return this.#enter(order);
  }

  /** Writes what was done or found, and what that comes to; refused where an order has made it too late. */
  report(found: Report | Conclusion): Ticket {
    return this.#enter(found);
  }

  #enter(what: Said): Ticket {
    const ticket: Ticket = { refusal: null, events: [] };
    this.#take({ what, ticket });
    return ticket;
  }

  /**
   * Makes everything submitted so far durable.
   *
   * @throws Fenced when another run has taken over
   */
  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    if (this.#failed) throw this.#failed;
    if (this.#events.length === 0) return;
    await this.#exclusively(() => this.#write(false));
  }

  /**
   * Writes what is left and gives the lease up.
   *
   * @param dueAt when the work is to be looked at next, if it waits
   * @param leave gives the slot up too: it can't begin yet, and must not keep others waiting
   */
  async close(dueAt: number | null, leave = false): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    if (this.#failed || this.#released) return;
    await this.#exclusively(async () => {
      if (this.#events.length > 0) return this.#write(dueAt === null && !leave);
      return undefined;
    });
    if (this.#released || this.fence === null) return;
    const next = await this.#store.release?.(this.#durable.id, this.fence, dueAt, leave);
    if (next) this.handedTo.push(next);
    this.#released = true;
  }

  /** Takes in what others wrote. */
  async refresh(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    await this.#exclusively(() => this.#reload());
  }

  async #exclusively(work: () => Promise<void>): Promise<void> {
    this.#writing = work();
    try {
      await this.#writing;
    } catch (error) {
      if (error instanceof Fenced) this.#failed = error;
      throw error;
    } finally {
      this.#writing = null;
    }
  }

  async #write(release: boolean): Promise<void> {
    while (this.#events.length > 0) {
      // A copy: what is submitted during the write belongs to the next one.
      const events = [...this.#events];
      const last = events.reduce((_, { at }) => at, 0);
      const count = this.#pending.length;
      const before = this.#durable;
      const after = this.#current;
      const [was, now] = [this.#durableService, this.#service];
      const answer = await this.#store.append({
        ...{ before, after, events, release, fence: this.fence },
        service: await this.#changeOf(before, after, last),
      });
      if (answer.ok) {
        this.#durableService = now === null ? was : { ...now, ...answer.value.service };
        this.#service &&= { ...this.#service, ...answer.value.service };
        this.#settle(after, answer.value.run, events.length, count);
        if (answer.value.handedTo) this.handedTo.push(answer.value.handedTo);
        if (release || isTerminal(after.state.status)) this.#released = true;
      } else if (answer.error.code === 'store/stale') {
        await this.#reload();
      } else {
        throw new Fenced(`${before.id}: ${answer.error.code}`);
      }
    }
  }

  /** What was submitted while the write was under way stays pending, on top of what was written. */
  #settle(written: Deployment, run: number, events: number, entries: number): void {
    this.#durable = { ...written, run };
    this.#events = this.#events.slice(events);
    this.#pending = this.#pending.slice(entries);
    this.#current = { ...this.#current, run };
  }

  async #changeOf(before: Deployment, after: Deployment, at: number): Promise<ServiceWrite> {
    const [was, now] = [this.#durableService, this.#service];
    if (was !== null && now !== null) {
      const targets = now.targets.changedSince(was.targets);
      return { targets, revision: now.revision, ...serviceChange(after, at, before, now) };
    }
    if (!isTerminal(after.state.status)) return { targets: [], revision: null };
    const service = serviceStatus(await this.#store.service(after), after.plan);
    const change = serviceChange(after, at, before, service);
    return { targets: [], revision: service.revision, ...change };
  }

  async #reload(): Promise<void> {
    const fresh = await this.#store.load(this.#durable.id);
    if (fresh === undefined) throw new Fenced(`${this.#durable.id} is gone`);
    this.#durableService &&= await serviceAgain(this.#store, fresh, this.#durableService);
    const entries = this.#pending;
    this.#durable = fresh;
    this.#current = fresh;
    this.#service = this.#durableService;
    this.#pending = [];
    this.#events = [];
    for (const entry of entries) this.#take(entry);
  }

  #take(entry: Entry): void {
    const decision = decided(this.#current, entry.what);
    entry.ticket.refusal = decision.ok ? null : decision.error;
    entry.ticket.events = decision.ok ? decision.value : [];
    if (!decision.ok || decision.value.length === 0) return;
    this.#pending.push(entry);
    const at = this.#clock.now();
    for (const event of decision.value) {
      const sequence = this.#current.revision + 1;
      const recorded: RecordedEvent = { sequence, at, actor: this.#actor, event };
      this.#events.push(recorded);
      this.#service &&= taught(this.#service, event, this.#current, at);
      this.#current = evolve(this.#current, recorded);
    }
  }
}

function claimed(service: ServiceStatus | null): ServiceStatus {
  if (service === null) throw new Error('only a claim knows the service');
  return service;
}
