import { didYouMean } from '../../contracts/problems/near-miss.js';
import { unknownEnvironment } from '../../contracts/problems/unknown-environment.js';
import { heldWords, refusedWords } from '../../domain/fleet/fleet-words.js';
import type { HandedJobs, HandOn, HeldJob } from '../../domain/fleet/handed-jobs.js';
import { environmentsIn, lackIn, type Need } from '../../domain/fleet/knowledge.js';
import { placesNamedIn } from '../../domain/fleet/named-places.js';
import { serviceKey } from '../../domain/model/ids.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { Hold } from '../../domain/model/hold.js';
import { command, type CommandPorts } from '../../domain/orchestrator/journal/command.js';
import type { Log } from '../../domain/ports/log.js';
import type { Fleet } from '../fleet/fleet.js';
import { discard, type Outcome } from './outcome.js';
import type { ArrivedJob } from './job-gate.js';
import { type Missing, missingFor, type NeedPorts } from './need-of-job.js';

export interface HandOverPorts extends Omit<NeedPorts, 'isMine'> {
  readonly store: CommandPorts['store'];
  readonly clock: CommandPorts['clock'];
  readonly publish: CommandPorts['publish'];
  readonly log: Log;
  readonly fleet: Fleet;
  readonly handed: Pick<HandedJobs, 'handOn' | 'unknownFor'>;
  /** How long a request waits for a worker that is configured for it, in milliseconds. */
  readonly graceMs: number;
}

/** One who knows it takes it at once; where they are all busy it is handed on anew after this. */
const HANDED_MS = 10_000;
/** What is under way is held once nobody has been at work for this long who knows it. */
const HELD_AFTER_MS = 5_000;
/** What is held is taken by whoever comes; this is for the case that it was lost on the way. */
const HELD_MS = 30_000;
/** A worker that just came, or had lost Redis, does not know yet who is there. */
const LISTEN_MS = 1_000;
/** A job is not looked at more often than this. */
const LEAST_MS = 250;

/**
 * What becomes of a job that this worker is not configured for: it goes to one
 * that is. Where nobody is, a request waits a while and is refused then, and what
 * is under way is held until somebody comes.
 */
export class HandOver {
  readonly #ports: HandOverPorts;

  constructor(ports: HandOverPorts) {
    this.#ports = ports;
  }

  /** `null` where this worker is the one. */
  async outcomeFor(job: ArrivedJob): Promise<Outcome | null> {
    const { fleet, store, refOf } = this.#ports;
    if (fleet.own.knowledge.services === 'all') return null;
    const missing = await missingFor({ store, refOf, isMine: fleet.isMine }, job);
    if (missing === null) return null;
    const { need, waits } = missing;
    const known = fleet.somebodyKnows(need);
    if (known === true) {
      this.#note(job, missing, 'handed on to a worker that is configured for it');
      return { kind: 'hand_on', need, wakeInMs: HANDED_MS, known };
    }
    const age = await this.#ports.handed.unknownFor(job);
    if (known === null) return nobodyYet(need, LISTEN_MS);
    return waits === null ? this.#wait(job, missing, age) : this.#hold(job, need, waits, age);
  }

  /** Carries the outcome out; nothing is left to do where somebody else holds the job by now. */
  async handOn(job: HeldJob, how: HandOn): Promise<void> {
    await this.#ports.handed.handOn(job, how);
  }

  #wait(job: ArrivedJob, missing: Missing, age: number): Outcome {
    const { graceMs, fleet } = this.#ports;
    const { need } = missing;
    const { service } = need.ref;
    const environments = environmentsIn(
      fleet.alive.map(({ knowledge }) => knowledge),
      service,
    );
    // The service is there, and has others: nobody brings one by being started a moment later.
    const lacks = fleet.alive.some(({ knowledge }) => lackIn(knowledge, need.ref) !== null);
    if (environments !== null && environments.length > 0 && !lacks) {
      return discard(`environment: ${unknownEnvironment(need.ref, environments)}`);
    }
    if (age >= graceMs) return discard(refusedWords(need.ref, fleet.alive, this.#meant(service)));
    this.#note(job, missing, 'waits for a worker that is configured for it');
    return nobodyYet(need, graceMs - age);
  }

  #meant(service: string): string {
    const places = this.#ports.fleet.alive.flatMap(({ knowledge }) => placesNamedIn(knowledge));
    return didYouMean(
      service,
      places.map((place) => place.service),
    );
  }

  async #hold(job: ArrivedJob, need: Need, waits: Deployment, age: number): Promise<Outcome> {
    if (age < HELD_AFTER_MS) return nobodyYet(need, HELD_AFTER_MS - age);
    const hold: Hold = {
      kind: 'configuration',
      reason: heldWords(need.ref, this.#ports.fleet.alive),
      until: null,
      liftedBy: 'a worker that is configured for it',
    };
    const { fleet, clock, store, publish } = this.#ports;
    const ports = { clock, store, publish, actor: fleet.own.id };
    await command(ports, waits, { type: 'hold', hold }, false);
    this.#note(job, { need, waits }, 'held: no worker is configured for it');
    return nobodyYet(need, HELD_MS);
  }

  #note({ queue, jobId }: ArrivedJob, { need, waits }: Missing, what: string): void {
    const bound = waits === null ? {} : { deployment: waits.id };
    this.#ports.log.info({ queue, job: jobId, ...bound, service: serviceKey(need.ref) }, what);
  }
}

const nobodyYet = (need: Need, ms: number): Outcome => ({
  kind: 'hand_on',
  need,
  wakeInMs: Math.max(LEAST_MS, ms),
  known: false,
});
