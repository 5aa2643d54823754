import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { type ServiceRef, serviceKey } from '../../domain/model/ids.js';
import { type ServiceStatus, serviceStatus } from '../../domain/model/service-status.js';
import { writeCaughtUp } from '../../domain/orchestrator/caught-up.js';
import type { OrchestratorPorts } from '../../domain/orchestrator/orchestrator-ports.js';
import type { CatchUpStore, CatchUpTurn } from '../../domain/fleet/catch-up-store.js';
import type { TrafficRouter } from '../../domain/ports/traffic-router.js';
import { placesBehindOf } from '../../domain/reconcile/missed-by.js';
import { bringPlace, isAnyBack } from './bring-place.js';

export interface CatchUpPorts extends Pick<
  OrchestratorPorts,
  'store' | 'clock' | 'log' | 'runtimeOf' | 'worker'
> {
  readonly catchUps: CatchUpStore;
  /** The services that something was completed of. */
  readonly services: () => Promise<readonly ServiceRef[]>;
  /** Whether this worker's configuration has its router go on without places that are away. */
  readonly catchesUp: (ref: ServiceRef) => boolean;
}

const ROUND_MS = 2_000;
/** Longer than a round trip to Redis ever takes; a deployment may have to wait for as long. */
const LEASE_MS = 5_000;
/** What can't be brought up now is looked at again after this. */
const TROUBLE_MS = 10_000;

/**
 * Brings balancers that were away to what they missed, once they answer again and
 * no worker is at a deployment of the service. Every worker does so for what it is
 * configured for; two at once exclude each other.
 */
export class CatchUp {
  readonly #ports: CatchUpPorts;
  /** By service: not before that, in epoch milliseconds. */
  readonly #rests = new Map<string, number>();
  /** By service, who did not answer: asked before a turn is taken, which keeps deployments waiting. */
  readonly #silent = new Map<string, Silent>();

  constructor(ports: CatchUpPorts) {
    this.#ports = ports;
  }

  async run(stop: AbortSignal): Promise<void> {
    const { clock, log } = this.#ports;
    while (!stop.aborted) {
      try {
        await this.round(stop);
      } catch (error) {
        log.warn({ err: error }, 'a round of catching up failed');
      }
      await clock.sleep(ROUND_MS, stop);
    }
  }

  async round(stop: AbortSignal): Promise<void> {
    const { store, clock, log, services, catchesUp } = this.#ports;
    for (const ref of (await services()).filter(catchesUp)) {
      if (stop.aborted) return;
      if ((this.#rests.get(serviceKey(ref)) ?? 0) > clock.now()) continue;
      const { targets } = await store.service(ref);
      const behind = placesBehindOf(targets.values());
      if (behind.length === 0) continue;
      const silent = this.#silent.get(serviceKey(ref));
      try {
        const isAllSilent = behind.every((place) => silent?.places.includes(place) === true);
        if (silent !== undefined && isAllSilent && !(await isAnyBack(silent, stop))) continue;
        this.#silent.delete(serviceKey(ref));
        await this.#service(ref, stop);
      } catch (error) {
        log.warn({ service: serviceKey(ref), err: error }, 'balancers could not be caught up');
        this.#rest(ref);
      }
    }
  }

  #rest(ref: ServiceRef): void {
    this.#rests.set(serviceKey(ref), this.#ports.clock.now() + TROUBLE_MS);
  }

  async #service(ref: ServiceRef, stop: AbortSignal): Promise<void> {
    const { catchUps, store, runtimeOf } = this.#ports;
    const turn = await catchUps.begin(ref, LEASE_MS);
    if (turn === null) return;
    const over = new AbortController();
    const lost = new AbortController();
    const held = { turn };
    const keeper = this.#keep(held, AbortSignal.any([stop, over.signal]), lost);
    try {
      const deployment = await store.load(turn.deploymentId);
      const runtime = deployment && runtimeOf(deployment);
      const router = runtime?.ok === true ? runtime.value.router : null;
      if (deployment === undefined || router == null) return this.#rest(ref);
      const signal = AbortSignal.any([stop, lost.signal]);
      await this.#places(held, { router, deployment, signal });
    } finally {
      over.abort();
      await keeper;
      await catchUps.end(turn);
    }
  }

  /** Keeps the turn for as long as one change takes; a deployment that comes ends it. */
  async #keep(held: Held, over: AbortSignal, lost: AbortController): Promise<void> {
    const { catchUps, clock } = this.#ports;
    for (;;) {
      await clock.sleep(LEASE_MS / 5, over);
      if (over.aborted) return;
      const kept = await catchUps.keep(held.turn, LEASE_MS).catch(() => false);
      if (!kept) return lost.abort();
    }
  }

  async #places(
    held: Held,
    {
      router,
      deployment,
      signal,
    }: { router: TrafficRouter; deployment: Deployment; signal: AbortSignal },
  ): Promise<void> {
    const { catchUps, log } = this.#ports;
    let now: { deployment: Deployment; service: ServiceStatus } = {
      deployment,
      service: serviceStatus(held.turn.record, deployment.plan),
    };
    const { ref } = held.turn;
    const away: string[] = [];
    const places = placesBehindOf(now.service.targets.values());
    // A place that only what the plan does not name has missed waits for a deployment that does.
    if (places.length === 0) this.#rest(ref);
    for (const place of places) {
      const keep = (): Promise<boolean> => catchUps.keep(held.turn, LEASE_MS);
      const end = await bringPlace({ router, place, ...now, keep }, signal);
      if (end.kind === 'lost') return;
      if (end.kind === 'away') {
        away.push(place);
        continue;
      }
      if (end.kind === 'failed') {
        log.warn({ service: serviceKey(ref), place, reason: end.reason }, 'not caught up');
        this.#rest(ref);
        continue;
      }
      const { evidence } = end;
      const written = await writeCaughtUp(this.#ports, now.deployment, now.service, {
        ...{ type: 'deployment.place_caught_up', place, evidence },
      });
      if (written === null) return;
      log.info({ service: serviceKey(ref), place, ...evidence }, 'caught up');
      now = written;
      const { revision } = written.service;
      held.turn = { ...held.turn, record: { ...held.turn.record, revision } };
    }
    if (away.length > 0) this.#silent.set(serviceKey(ref), { router, deployment, places: away });
  }
}

/** The turn as it is by now: what was written in it counts. */
interface Held {
  turn: CatchUpTurn;
}

interface Silent {
  readonly router: TrafficRouter;
  readonly deployment: Deployment;
  readonly places: readonly string[];
}
