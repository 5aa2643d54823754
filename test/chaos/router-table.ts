import { failed } from '../../src/adapters/routers/base/router-failure.js';
import type { RouteCall, RouterFailure } from '../../src/domain/ports/traffic-router.js';
import { ok, type Result } from '../../src/domain/model/result.js';
import type { Place } from '../lives/place.js';
import type { Places } from '../lives/places.js';
import { isIn, isUp, seenOf } from '../lives/routed-place.js';
import type { TrafficShares } from '../../src/domain/model/traffic-shares.js';

export type RouterAnswer = Result<unknown, RouterFailure>;
export type PlaceSeen = Readonly<Place>;

interface Asked {
  readonly method: string;
  readonly call: RouteCall;
  readonly shares: TrafficShares;
  readonly target: string;
  readonly worker: string;
  /** It was sent before a freeze, and comes after it: the world's doing, and nothing that we could know. */
  readonly late: boolean;
}

const inRotation = ({ drained, share, heldOut }: PlaceSeen): boolean =>
  !drained && share > 0 && !heldOut;

/** One service's table in the run's router: everything takes effect at once, and is judged at once. */
export class RouterTable {
  readonly #places: Places;

  constructor(places: Places) {
    this.#places = places;
  }

  static away(): RouterAnswer {
    return failed('router/unreachable', 'the router is away');
  }

  call(asked: Asked): RouterAnswer {
    switch (asked.method) {
      case 'look':
        if (!asked.late) this.#places.looked();
        return ok(this.#byTarget((id) => seenOf(this.#places.at(id))));
      case 'shares':
        return ok(this.#inForce());
      case 'setShares':
        return this.#weigh(asked);
      case 'drain':
        this.#route(asked, 'drain', { drained: true });
        return ok({ server: asked.target, state: 'drained', ended: true });
      case 'ready':
        return this.#ready(asked);
      default:
        return failed('router/rejected', `there is no ${asked.method}`);
    }
  }

  /** What is called must be out of rotation by then. */
  judgeCall(id: string, name: string): void {
    const places = this.#places;
    if (places.at(id).version === null || !places.at(id).alive || places.isOpen(id)) return;
    if (inRotation(places.at(id)) && inRotation(places.known(id))) {
      places.judge.fault('applied in rotation', `${name} before it was drained`);
    }
  }

  all(): Readonly<Record<string, PlaceSeen>> {
    return this.#byTarget((id) => ({ ...this.#places.at(id) }));
  }

  #ready(asked: Asked): RouterAnswer {
    const { target, worker, late } = asked;
    const [real, known] = [this.#places.at(target), this.#places.known(target)];
    if (!late && real.heldOut && known.heldOut) {
      const said = `ready ${target} by ${worker}: somebody holds it out`;
      this.#places.judge.fault('admitted what is held out', said);
    }
    this.#route(asked, 'ready', { drained: false, heldOut: false });
    if (isUp(this.#places.at(target))) return ok({ server: target, state: 'ready' });
    return failed('router/timeout', `${target} is not seen up`);
  }

  #weigh({ call: { targets }, shares, worker, late }: Asked): RouterAnswer {
    const given = targets.map(({ id }) => shares[id] ?? 0);
    const sum = given.reduce((total, share) => total + share, 0);
    if (Math.abs(sum - 1) > 1e-6) return failed('router/rejected', `they add up to ${sum}`);
    const gets = targets.filter(({ id }, at) => (given[at] ?? 0) > 0 && isIn(this.#places.at(id)));
    if (gets.length === 0) return failed('router/rejected', 'nobody would serve');
    if (!gets.some(({ id }) => isUp(this.#places.at(id)))) {
      return failed('router/timeout', 'no target that would get traffic is up');
    }
    const said = targets.map(({ id }, at) => `${id}=${Number((given[at] ?? 0).toFixed(3))}`);
    if (late) {
      this.#places.move({ kind: 'weigh', shares });
    } else {
      this.#places.act({ by: worker, what: `weigh ${said.join(' ')}` }, (place, id) => {
        place.share = shares[id] ?? 0;
      });
    }
    return ok({ shares: said.join(' ') });
  }

  #route({ target, worker, late }: Asked, kind: 'drain' | 'ready', change: Partial<Place>): void {
    if (late) {
      this.#places.move({ kind, target: this.#places.targets.indexOf(target) });
      return;
    }
    this.#places.act({ by: worker, what: `${kind} ${target}` }, (place, id) => {
      if (id === target) Object.assign(place, change);
    });
  }

  #inForce(): TrafficShares {
    const gets = (id: string): number =>
      isIn(this.#places.at(id)) && isUp(this.#places.at(id)) ? this.#places.at(id).share : 0;
    const whole = this.#places.targets.reduce((sum, id) => sum + gets(id), 0);
    return this.#byTarget((id) => (whole === 0 ? 0 : gets(id) / whole));
  }

  #byTarget<T>(of: (id: string) => T): Readonly<Record<string, T>> {
    return Object.fromEntries(this.#places.targets.map((id) => [id, of(id)] as const));
  }
}
