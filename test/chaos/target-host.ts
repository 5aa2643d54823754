import { setTimeout as delay } from 'node:timers/promises';
import { Chance } from './chance.js';
import type { ChaosService } from './fleet.js';
import type { LedgerEntry } from './ledger.js';
import { ADOPTED } from './router-host.js';

/** A call as it comes in over HTTP. */
export interface TargetCall {
  readonly environment: string;
  readonly service: string;
  readonly target: string;
  readonly version: string | null;
  readonly action: 'deploy' | 'rollback';
  readonly deploymentId: string;
  readonly fence: number;
  readonly worker: string;
}

export type TargetAnswer =
  | { readonly kind: 'done'; readonly entry: number }
  | { readonly kind: 'fenced'; readonly highest: number }
  | { readonly kind: 'flaky' }
  | { readonly kind: 'rejected' }
  /** Nobody is answered. */
  | { readonly kind: 'silence' };

/** What a target shows of the last call that came to its end there. */
export interface Mark {
  readonly version: string | null;
  readonly deploymentId: string;
  readonly fence: number;
}

/** Told of every effect when it begins and when it has come about. */
export type Applied = (phase: 'begin' | 'end', call: TargetCall) => void;

interface State {
  version: string | null;
  mark: Mark | null;
  /** An older fence than this is refused. */
  fence: number;
  /** Calls that wait for their turn, and the one that has it. */
  busy: number;
  turn: Promise<unknown>;
}

/** The targets of all services: one call at a time each, and every effect in the ledger. */
export class TargetHost {
  readonly #services: ReadonlyMap<string, ChaosService>;
  readonly #write: (entry: LedgerEntry) => number;
  readonly #chance: Chance;
  readonly #states = new Map<string, State>();
  readonly #adopted: ReadonlySet<string>;
  readonly #applied: Applied;
  /** Troubles end with the faults: what is left to do then can be done. */
  calm = false;
  /** Calls turned away for an old fence. */
  refused = 0;

  constructor(
    services: readonly ChaosService[],
    seed: number,
    write: (entry: LedgerEntry) => number,
    applied: Applied,
  ) {
    this.#applied = applied;
    this.#adopted = new Set(
      services.flatMap(({ routed, targets }) => (routed ? targets.map(({ id }) => id) : [])),
    );
    this.#services = new Map(services.map((one) => [one.service as string, one] as const));
    this.#write = write;
    this.#chance = new Chance(seed).stream('targets');
  }

  async apply(call: TargetCall, gone: () => boolean): Promise<TargetAnswer> {
    const service = this.#services.get(call.service);
    if (service === undefined) return { kind: 'rejected' };
    const { flaky, rejects, hangs, mute, longestMs } = service.trouble;
    const odds = this.calm ? 1 : this.#chance.next();
    const ms = this.#chance.between(1, longestMs);
    if (odds < flaky) return { kind: 'flaky' };
    if (odds < flaky + rejects) return { kind: 'rejected' };
    if (odds < flaky + rejects + hangs) return { kind: 'silence' };
    const answer = await this.#inTurn(call.target, async (state) => {
      // Who gave up waiting has told its deployment so: nothing may be begun for it any more.
      if (gone()) return { kind: 'silence' } as const;
      return this.#perform(call, state, service.fences, ms);
    });
    return odds < flaky + rejects + hangs + mute ? { kind: 'silence' } : answer;
  }

  /** Answers 0 once nothing of calls up to that fence runs, or can any more; else when to ask again. */
  async settle({
    service,
    target,
    fence,
  }: Pick<TargetCall, 'service' | 'target' | 'fence'>): Promise<number> {
    if (this.#services.get(service)?.fences !== true)
      return this.#stateOf(target).busy > 0 ? 20 : 0;
    await this.#inTurn(target, async (state) => {
      state.fence = Math.max(state.fence, fence + 1);
    });
    return 0;
  }

  versionOf(target: string): string | null {
    return this.#stateOf(target).version;
  }

  markOf(target: string): Mark | null {
    return this.#stateOf(target).mark;
  }

  async #perform(
    call: TargetCall,
    state: State,
    fences: boolean,
    ms: number,
  ): Promise<TargetAnswer> {
    if (fences && call.fence < state.fence) {
      this.#note('refused', call);
      this.refused += 1;
      return { kind: 'fenced', highest: state.fence };
    }
    state.fence = Math.max(state.fence, call.fence);
    this.#note('begin', call);
    this.#applied('begin', call);
    await delay(ms);
    state.version = call.version;
    const { version, deploymentId, fence } = call;
    state.mark = { version, deploymentId, fence };
    this.#applied('end', call);
    return { kind: 'done', entry: this.#note('end', call) };
  }

  #note(phase: LedgerEntry['phase'], call: TargetCall): number {
    const { environment, service, target, version, action, deploymentId, fence, worker } = call;
    const at = Date.now();
    return this.#write({
      ...{ phase, at, environment, service, target, version, action, deploymentId, fence, worker },
    });
  }

  async #inTurn<T>(target: string, work: (state: State) => Promise<T>): Promise<T> {
    const state = this.#stateOf(target);
    state.busy += 1;
    const mine = state.turn.then(() => work(state));
    state.turn = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      state.busy -= 1;
    }
  }

  #stateOf(target: string): State {
    const known = this.#states.get(target);
    if (known) return known;
    const version = this.#adopted.has(target) ? ADOPTED : null;
    const fresh: State = { version, mark: null, fence: 0, busy: 0, turn: Promise.resolve() };
    this.#states.set(target, fresh);
    return fresh;
  }
}
