import { severalPlaces } from '../../src/adapters/routers/places/several-places.js';
import { ok } from '../../src/domain/model/result.js';
import type { DriverCall, TargetDriver } from '../../src/domain/ports/target-driver.js';
import type { Transition } from '../../src/domain/ports/deployment-store.js';
import type { TrafficRouter } from '../../src/domain/ports/traffic-router.js';
import { type Chance, chanceFrom, pick } from '../support/chance.js';
import type { Fault, FaultKind } from './judge.js';
import { placeOf } from './names.js';
import type { Move } from './place.js';
import { isIn } from './routed-place.js';
import { PlacesRouter } from './places-router.js';
import type { Shape } from './shape.js';
import { type Scenery, Stage } from './stage.js';
import { TwinnedPlaces } from './twinned-places.js';
import { Witness } from './witness.js';

/** What a balancer has a part in: all else is judged once, with the first of them. */
const OF_BALANCERS: ReadonlySet<FaultKind> = new Set([
  ...([
    'floor',
    'applied in rotation',
    'admitted what is held out',
    'admitted what is bad',
  ] as const),
  ...(['end: rotation', 'end: share', 'claim: rotation', 'claim: share'] as const),
]);

/** A change is a look at both, and then the change: each answer may be as late as that of one. */
const FRESH_MS = 10_000;

/** Two balancers before one service: each forgets, is away and is meddled with by itself. */
class PairStage extends Stage {
  readonly #places: TwinnedPlaces;
  readonly #second: Witness;
  readonly #chance: Chance;
  /** Looks at both whose answer came to this worker. */
  readonly #looks = new Map<string, string[]>();
  #looked = 0;

  /** @param where which of the two the world moves */
  constructor(scenery: Scenery, chance: Chance, where: Chance) {
    super(scenery, chance, (options) => new TwinnedPlaces({ ...options, freshMs: FRESH_MS }));
    if (!(this.places instanceof TwinnedPlaces)) throw new TypeError('no twin');
    this.#places = this.places;
    this.#chance = where;
    const { twin } = this.#places;
    twin.judge.floor = () => this.places.judge.floor();
    this.#second = new Witness(
      twin,
      () => this.cluster.core,
      (id) => this.nameOf(id),
    );
    const runtimeOf = this.cluster.runtime;
    this.cluster.runtime = (deployment, worker) => {
      const runtime = runtimeOf(deployment, worker);
      const by = this.nameOf(deployment.id);
      const driver = this.#judged(runtime.driver, by);
      return { ...runtime, driver, router: this.#routerFor(by, worker) };
    };
  }

  override get faults(): readonly Fault[] {
    const seconds = this.#places.twin.judge.faults.filter(({ kind }) => OF_BALANCERS.has(kind));
    const atSecond = seconds.map(({ kind, said }) => ({
      ...{ kind, said: `at the second balancer: ${said}` },
      line: Number.MAX_SAFE_INTEGER,
    }));
    return [...super.faults, ...atSecond];
  }

  override get story(): readonly string[] {
    return [...super.story, 'the same at the second balancer:', ...this.#places.twin.judge.story()];
  }

  override move(move: Move): void {
    const isOfProcesses = move.kind === 'kill' || move.kind === 'revive';
    const where = isOfProcesses ? 'both' : pick(this.#chance, ['first', 'second', 'both']);
    if (where !== 'second') this.#places.move(move);
    if (where !== 'first') this.#places.twin.move(move);
  }

  protected override written(transition: Transition, worker: string): void {
    super.written(transition, worker);
    for (const look of [worker, ...(this.#looks.get(worker) ?? [])]) {
      this.#places.wrote(look);
      this.#places.twin.wrote(look);
    }
    const types = transition.events.map(({ event }) => event.type);
    this.#second.written(transition.before, transition.after, types);
  }

  /**
   * Both as one. A worker knows what one of them said only once it has the answer of both, and
   * nothing of the looks before a change.
   */
  #routerFor(by: string, worker: string): TrafficRouter {
    const { cluster, troubles } = this;
    const both = (asker: { readonly worker: string; readonly unheard?: true }): TrafficRouter =>
      pairOf(
        new PlacesRouter(this.#places, troubles, cluster.clock, { by, ...asker }),
        new PlacesRouter(this.#places.twin, troubles, cluster.clock, { by, ...asker }),
      );
    const changes = both({ worker, unheard: true });
    return {
      ...changes,
      drain: async (call, target, ...rest) => {
        const answer = await changes.drain(call, target, ...rest);
        // Whatever was in the way, the look before it too: it may be given up, within the tolerance.
        const isGivenUp = !answer.ok && answer.error.code !== 'router/unreachable';
        if (isGivenUp) this.#places.doubted.add(placeOf(target));
        return answer;
      },
      look: async (call, signal) => {
        const name = `look ${(this.#looked += 1)}`;
        const answer = await both({ worker: name }).look(call, signal);
        if (answer.ok) this.#looks.set(worker, [...(this.#looks.get(worker) ?? []), name]);
        return answer;
      },
    };
  }

  /** Nothing is done to a target that the second one still sends requests to. */
  #judged(driver: TargetDriver, by: string): TargetDriver {
    const { twin } = this.#places;
    const getsSome = (place: ReturnType<typeof twin.at>): boolean =>
      !place.unrouted && place.share > 0 && isIn(place);
    const apply = (call: DriverCall, signal: AbortSignal) => {
      const id = placeOf(call.target.id);
      const wasGoing = twin.going.has(id);
      const answer = driver.apply(call, signal);
      const began = !wasGoing && twin.going.has(id);
      if (began && twin.routed && getsSome(twin.at(id)) && getsSome(twin.known(id))) {
        const name = `${call.action} ${id} ${call.version} by ${by}`;
        twin.judge.fault('applied in rotation', `${name} before it was drained`);
      }
      return answer;
    };
    return { ...driver, apply };
  }
}

const pairOf = (first: TrafficRouter, second: TrafficRouter): TrafficRouter =>
  severalPlaces({
    ...{ kind: first.kind, timeoutMs: 2 * first.timeoutMs, drainMs: first.timeoutMs },
    placesOf: (call) =>
      ok([
        { name: 'first', router: first, call },
        { name: 'second', router: second, call },
      ]),
  });

/** Where a life is lived. */
export const stageOf = ({ scenery, seed }: Shape): Stage =>
  scenery.balancers === 2
    ? new PairStage(scenery, chanceFrom(seed), chanceFrom(seed + 1))
    : new Stage(scenery, chanceFrom(seed));
