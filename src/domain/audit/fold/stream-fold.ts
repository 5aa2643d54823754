import { type DeploymentId, serviceKey, type ServiceRef } from '../../model/ids.js';
import { evolveState } from '../../plan/fold/evolve-state.js';
import type { PlanEvent, RecordedEvent } from '../../model/deployment/plan-event.js';
import { isTerminal, type PlanState } from '../../model/deployment/plan-state.js';
import type { AuditFrame, AuditSource } from '../../ports/audit-source.js';
import type { DeploymentEvent } from '../../ports/event-log.js';
import { compareStreamed, numberOf } from './compare-streamed.js';
import { DeploymentsFold, type Turn } from './deployments-fold.js';
import type { FindingLog, Invariant } from '../findings/finding.js';
import { foldable } from './foldable.js';
import { ServiceFold } from './service-fold.js';
import { teaches } from './targets-fold.js';

/** Where an open deployment stands as the stream tells it; `null` where its beginning is not kept. */
interface Standing {
  readonly sequence: number;
  readonly state: PlanState | null;
}

/** Written under a claim, and before an effect: whoever writes one changes the service from then on. */
const CHANGES: ReadonlySet<string> = new Set<PlanEvent['type']>([
  'deployment.started',
  'deployment.target_draining',
  'deployment.target_closing',
  'deployment.target_admitting',
  'deployment.target_started',
  'deployment.target_restoring',
  'deployment.target_retiring',
  'deployment.shift_started',
  'deployment.flag_started',
  'deployment.traffic_restoring',
  'deployment.flag_restoring',
]);

/** An ended deployment goes on with one of these. */
const REOPENS: ReadonlySet<string> = new Set<PlanEvent['type']>([
  'deployment.rollback_started',
  'deployment.retried',
]);

/** Told of a deployment also behind its end, which stays its end. */
const FOLLOWS: ReadonlySet<string> = new Set<PlanEvent['type']>(['deployment.place_caught_up']);

/**
 * Folds the stream of all events into what it says of services. It keeps
 * what is where in every service, every open deployment as it stands, and
 * nothing of those that have ended.
 */
export class StreamFold {
  readonly #source: AuditSource;
  readonly #log: FindingLog;
  readonly #from: number;
  readonly #services = new Map<string, ServiceFold>();
  readonly #open = new Map<DeploymentId, Standing>();
  readonly #deployments: DeploymentsFold;
  /** Deployments with events behind `from`, and the number of the first such event of each. */
  readonly moved = new Map<DeploymentId, number>();
  #position: number;
  #whole: boolean;
  events = 0;

  constructor(source: AuditSource, log: FindingLog, { sequence, oldest }: AuditFrame) {
    this.#source = source;
    this.#deployments = new DeploymentsFold(source);
    this.#log = log;
    this.#from = sequence;
    this.#whole = oldest === 1 || (oldest === null && sequence === 0);
    this.#position = (oldest ?? sequence + 1) - 1;
  }

  /** Whether it still holds every event there ever was. */
  get whole(): boolean {
    return this.#whole;
  }

  service(ref: ServiceRef): ServiceFold {
    const key = serviceKey(ref);
    const fold = this.#services.get(key) ?? new ServiceFold(this.#whole);
    this.#services.set(key, fold);
    return fold;
  }

  /** Takes in what is behind, up to an event or to the newest. */
  async advance(until: number | null): Promise<void> {
    if (until !== null && until <= this.#position) return;
    for await (const page of this.#source.stream(this.#position, until)) {
      const own = await compareStreamed(this.#source, this.#log, page);
      for (const event of page) await this.#take(event);
      await this.#teach(page, own);
      this.events += page.length;
    }
    if (until !== null) await this.#gap(until + 1);
  }

  /** The number of the last event that the stream told of an open deployment. */
  standing(id: DeploymentId): number | null {
    return this.#open.get(id)?.sequence ?? null;
  }

  async #take(event: DeploymentEvent): Promise<void> {
    const number = numberOf(event);
    await this.#gap(number);
    if (number <= this.#position) {
      this.#report('stream_dense', event, `event ${number} of all comes a second time`);
    }
    this.#position = Math.max(this.#position, number);
    const { deploymentId, sequence } = event;
    if (number > this.#from && !this.moved.has(deploymentId)) {
      this.moved.set(deploymentId, sequence);
    }
    this.service(event).newest = number;
    this.#follow(event);
    this.#guard(event);
  }

  /** Events are missing before this number, unless the stream was trimmed up to there meanwhile. */
  async #gap(next: number): Promise<void> {
    const missing = next - this.#position - 1;
    if (missing <= 0) return;
    const { oldest } = await this.#source.frame();
    const first = this.#position + 1;
    this.#position = next - 1;
    if (oldest === null || oldest > first) {
      this.#forget();
      return;
    }
    const message = `${missing} missing from event ${first} of all on`;
    this.#log.add({ invariant: 'stream_dense', message });
  }

  #forget(): void {
    this.#whole = false;
    this.#services.clear();
    this.#open.clear();
    this.#deployments.forget();
  }

  /** The deployment's own numbers and states, one after the other. */
  #follow(event: DeploymentEvent): void {
    const { deploymentId, sequence, type } = event;
    const was = this.#open.get(deploymentId);
    const expected = was ? was.sequence + 1 : 1;
    const goesOn = REOPENS.has(type) || FOLLOWS.has(type) || !this.#whole;
    if (sequence !== expected && !(was === undefined && goesOn)) {
      const message = `the stream goes on with event ${sequence}, not ${expected}`;
      this.#report('stream_agrees', event, message);
    }
    const before: PlanState | null =
      was?.state ?? (sequence === 1 || REOPENS.has(type) ? { status: 'draft' } : null);
    const at = Date.parse(event.time);
    const state = before && foldable(() => evolveState(before, planEvent(event), at));
    if (state !== null && state.status !== event.state) {
      const message = `the stream calls it ${event.state}: it is ${state.status}`;
      this.#report('stream_agrees', event, message);
    }
    if (isTerminal(event.state)) this.#open.delete(deploymentId);
    else this.#open.set(deploymentId, { sequence, state });
  }

  #guard(event: DeploymentEvent): void {
    const { deploymentId, type, data } = event;
    const fold = this.service(event);
    if (isTerminal(event.state)) fold.stops(deploymentId);
    const { fence, worker } = data;
    if (typeof fence === 'number') {
      const problem = fold.fenced(deploymentId, String(worker), fence);
      if (problem !== null) this.#report('fence_rising', event, problem);
    }
    const other = CHANGES.has(type) ? fold.begins(deploymentId) : null;
    if (other !== null) {
      this.#report('one_at_a_time', event, `${type} while ${other} is not done with the service`);
    }
  }

  /** What the events say of their services' targets, and what endings come to. */
  async #teach(
    page: readonly DeploymentEvent[],
    own: readonly (RecordedEvent | null)[],
  ): Promise<void> {
    const recorded = page.map((event, at) => own[at] ?? recordedOf(event));
    const turns = await this.#deployments.turns(page, recorded);
    for (const [at, streamed] of page.entries()) {
      const fact = recorded[at];
      const turn = turns[at];
      const fold = this.service(streamed);
      const ended = isTerminal(streamed.state);
      if (fact === undefined || (!ended && !teaches(fact.event))) continue;
      const learnt = turn && foldable(() => learn(fold, turn, fact, numberOf(streamed), ended));
      if (!learnt) fold.untold();
    }
  }

  #report(invariant: Invariant, event: DeploymentEvent, message: string): void {
    const { deploymentId, sequence: eventSequence } = event;
    const service = serviceKey(event);
    this.#log.add({ invariant, deploymentId, service, eventSequence, message });
  }
}

function learn(
  fold: ServiceFold,
  { before, after }: Turn,
  { event, at }: RecordedEvent,
  number: number,
  ended: boolean,
): true {
  fold.learns({ event, before, at, number });
  if (ended) fold.ends({ before, at, number }, after);
  return true;
}

const recordedOf = (event: DeploymentEvent): RecordedEvent => ({
  sequence: event.sequence,
  at: Date.parse(event.time),
  actor: event.actor,
  event: planEvent(event),
});

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
const planEvent = ({ type, data }: DeploymentEvent): PlanEvent => ({ ...data, type }) as PlanEvent;
