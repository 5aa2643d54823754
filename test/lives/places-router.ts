import type { Clock } from '../../src/domain/ports/clock.js';
import type {
  DrainOptions,
  RouteCall,
  RouterFailure,
  RouterFailureCode,
  SeenTarget,
  SeenTargets,
  TrafficRouter,
} from '../../src/domain/ports/traffic-router.js';
import { err, ok, type Result } from '../../src/domain/model/result.js';
import type { Evidence } from './core-under-test.js';
import { placeOf } from './names.js';
import type { Places } from './places.js';
import { isIn, isUp, seenOf } from './routed-place.js';
import type { Troubles } from './trouble.js';
import type { TrafficShares } from '../../src/domain/model/traffic-shares.js';

type Answer<T> = Promise<Result<T, RouterFailure>>;

/** A worker at a deployment, by its name in the log. */
interface Run {
  readonly by: string;
  readonly worker: string;
  /** Nobody is told what its looks show: they only come before a change. */
  readonly unheard?: true;
}

/** The router of these places, as one deployment's worker meets it. */
export class PlacesRouter implements TrafficRouter {
  readonly kind = 'memory';
  readonly timeoutMs = 1_000;
  readonly #places: Places;
  readonly #troubles: Troubles;
  readonly #clock: Clock;
  readonly #by: string;
  readonly #worker: string;
  readonly #unheard: boolean;

  constructor(places: Places, troubles: Troubles, clock: Clock, run: Run) {
    this.#places = places;
    this.#troubles = troubles;
    this.#clock = clock;
    this.#by = run.by;
    this.#worker = run.worker;
    this.#unheard = run.unheard === true;
  }

  shares({ targets }: RouteCall, signal: AbortSignal): Answer<TrafficShares> {
    return this.#call('shares', null, signal, () => {
      const weights = targets.map(({ id }) => this.#inForce(id));
      const whole = weights.reduce((sum, weight) => sum + weight, 0);
      return ok(
        Object.fromEntries(
          targets.map(({ id }, at) => [id, whole === 0 ? 0 : (weights[at] ?? 0) / whole]),
        ),
      );
    });
  }

  async look({ targets }: RouteCall, signal: AbortSignal): Answer<SeenTargets> {
    const looks: ReturnType<Places['looked']>[] = [];
    const answer = await this.#call('look', null, signal, (isAnswered) => {
      const stranger = targets.find(({ id }) => !this.#knows(id));
      if (stranger !== undefined) return noServer(stranger.id);
      if (isAnswered && !this.#unheard)
        looks.push(this.#places.looked(targets.map(({ id }) => id)));
      const seen = targets.map(({ id }) => [id, this.#seenOf(id)] as const);
      const whole = seen.reduce((sum, [, { share }]) => sum + share, 0);
      return ok(
        Object.fromEntries(
          seen.map(([id, its]) => [id, { ...its, share: whole === 0 ? 0 : its.share / whole }]),
        ),
      );
    });
    if (answer.ok) for (const heard of looks) heard(this.#worker);
    return answer;
  }

  setShares({ targets }: RouteCall, shares: TrafficShares, signal: AbortSignal): Answer<Evidence> {
    return this.#call('weigh', null, signal, () => {
      const given = targets.map(({ id }) => shares[id] ?? 0);
      const known = new Set<string>(targets.map(({ id }) => id));
      const stranger = Object.keys(shares).find((id) => !known.has(id));
      if (stranger !== undefined) return refused(`${stranger} is no target`);
      if (given.some((share) => !(share >= 0 && share <= 1))) return refused('expected 0 to 1');
      const sum = given.reduce((total, share) => total + share, 0);
      if (Math.abs(sum - 1) > 1e-6) return refused(`the shares add up to ${sum}`);
      if (!targets.some(({ id }, at) => (given[at] ?? 0) > 0 && isIn(this.#places.at(id)))) {
        return refused('nobody would serve');
      }
      if (
        !targets.some(
          ({ id }, at) =>
            (given[at] ?? 0) > 0 && isIn(this.#places.at(id)) && isUp(this.#places.at(id)),
        )
      ) {
        return failed('router/timeout', 'no target that would get traffic is up', true);
      }
      const said = targets.map(({ id }, at) => `${id}=${Number((given[at] ?? 0).toFixed(3))}`);
      this.#act(`weigh ${said.join(' ')}`, (place) => {
        if (known.has(place.name)) place.share = shares[place.name] ?? 0;
      });
      return ok({ shares: said.join(' ') });
    });
  }

  drain(
    _: RouteCall,
    target: string,
    signal: AbortSignal,
    { close = false }: DrainOptions = {},
  ): Answer<Evidence> {
    return this.#call('drain', target, signal, () => {
      if (!this.#knows(target)) return noServer(target);
      const { oneState } = this.#places;
      this.#act(`${close ? 'close' : 'drain'} ${target}`, (place, id) => {
        if (id !== placeOf(target)) return;
        // Closed upon a person's maintenance it looks the same: nobody can tell from then on.
        if (oneState && close && place.heldOut) {
          Object.assign(place, { heldOut: false, closed: true });
          return;
        }
        if (oneState && (place.heldOut || place.closed)) return;
        place.drained = !(oneState && close);
        place.closed ||= close;
      });
      return ok({ server: target, state: 'drained', ended: true });
    });
  }

  ready(_: RouteCall, target: string, signal: AbortSignal): Answer<Evidence> {
    return this.#call('ready', target, signal, () => {
      if (!this.#knows(target)) return noServer(target);
      this.#judgeAdmission(target);
      this.#act(`ready ${target}`, (place, id) => {
        if (id === placeOf(target))
          Object.assign(place, { drained: false, heldOut: false, closed: false });
      });
      if (isUp(this.#places.at(target))) return ok({ server: target, state: 'ready' });
      return failed('router/timeout', `${target} is not seen up`, true);
    });
  }

  #seenOf(id: string): SeenTarget {
    const { sizes } = this.#places;
    const seen = seenOf(this.#places.at(id), this.#places.oneState);
    // As whole weights are: on a scale of its own.
    return sizes.balanced ? { ...seen, capacity: 50 * sizes.of(id) } : seen;
  }

  #knows(target: string): boolean {
    const { unrouted, name } = this.#places.at(target);
    return !unrouted && name === target;
  }

  #judgeAdmission(target: string): void {
    const { judge } = this.#places;
    const name = `ready ${target} by ${this.#by}`;
    if (this.#places.going.has(placeOf(target))) {
      judge.fault('two calls at once', `${name} while a driver is at work there`);
    }
    const [real, known] = [this.#places.at(target), this.#places.known(target)];
    if (real.heldOut && known.heldOut) {
      judge.fault('admitted what is held out', `${name}: somebody holds it out`);
    }
    if (real.bad && known.bad && real.version !== null) {
      judge.fault('admitted what is bad', `${name}: a check found ${real.version} bad there`);
    }
  }

  /** Everything takes effect at once; what is late, or lost, is the answer. */
  async #call<T>(
    name: string,
    target: string | null,
    signal: AbortSignal,
    work: (heard: boolean) => Result<T, RouterFailure>,
  ): Answer<T> {
    if (signal.aborted) return failed('router/aborted', 'stopped', true);
    this.#troubles.onCall(name);
    const { now, awayUntil } = this.#places;
    const fault = now() < awayUntil ? 'unreachable' : this.#troubles.route(name, target);
    // What can't be taken out of rotation may be given up, within the tolerance.
    if (name === 'drain' && target !== null && (fault === 'refused' || fault === 'lost')) {
      this.#places.doubted.add(placeOf(target));
    }
    if (fault === 'unreachable' || fault === 'refused') {
      this.#places.judge.note(this.#by, `${name} ${target ?? ''}: ${fault}`);
      return fault === 'refused' ? refused('trouble') : failed('router/unreachable', 'away', true);
    }
    const answer = work(fault === null);
    const ms = fault === 'lost' ? this.timeoutMs : this.#troubles.answering();
    if (ms > 0) await this.#clock.sleep(ms, signal);
    if (fault === 'lost') {
      this.#places.judge.note(this.#by, `${name} ${target ?? ''}: the answer is lost`);
      return failed('router/timeout', 'no answer', true);
    }
    return signal.aborted ? failed('router/aborted', 'stopped', true) : answer;
  }

  #act(what: string, change: Parameters<Places['act']>[1]): void {
    this.#places.act({ by: this.#by, what }, change);
  }

  #inForce(id: string): number {
    return isIn(this.#places.at(id)) && isUp(this.#places.at(id)) ? this.#places.at(id).share : 0;
  }
}

const refused = (message: string): Result<never, RouterFailure> =>
  failed('router/rejected', message, false);

const noServer = (id: string): Result<never, RouterFailure> =>
  failed('router/no_such_target', `no server ${id}`, false);

const failed = (
  code: RouterFailureCode,
  message: string,
  transient: boolean,
): Result<never, RouterFailure> => err({ code, message, transient });
