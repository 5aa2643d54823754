import type { Clock } from '../../src/domain/ports/clock.js';
import type { HealthProbe } from '../../src/domain/ports/health-probe.js';
import type {
  DriverCall,
  DriverFailure,
  TargetDriver,
  TargetObservation,
  UnsettledCall,
} from '../../src/domain/ports/target-driver.js';
import { err, ok, type Result } from '../../src/domain/model/result.js';
import type { Evidence } from './core-under-test.js';
import { placeOf } from './names.js';
import type { Places } from './places.js';
import type { Troubles } from './trouble.js';

type Answer = Result<Evidence, DriverFailure>;

/** Who is at work at the places, and what each call left there as its mark. */
export class Ways {
  /** Every call that began, as `deploy web-1 2.0.0`. */
  readonly calls: string[] = [];
  /** Versions of which somebody already saw that they are good. */
  readonly proven = new Set<string>();
  readonly #places: Places;
  readonly #troubles: Troubles;
  readonly #clock: Clock;
  readonly #checked: boolean;
  readonly #going = new Map<string, AbortController>();
  readonly #fences = new Map<string, number>();
  readonly #marks = new Map<string, TargetObservation>();

  constructor(places: Places, troubles: Troubles, clock: Clock, checked: boolean) {
    this.#places = places;
    this.#troubles = troubles;
    this.#clock = clock;
    this.#checked = checked;
  }

  driver(by: string, removes: boolean, observes: boolean): TargetDriver {
    return {
      kind: 'places',
      fences: true,
      removes,
      timeoutMs: 20_000,
      apply: (call, signal) => this.#lockedOut(call, removes) ?? this.#apply(call, by, signal),
      settle: async (call) => this.#settle(call),
      // Some drivers can see what is at a target, and some can not.
      ...(observes && { observe: async ({ target }) => this.#marks.get(target.id) ?? null }),
    };
  }

  /** @param unsure how often it can not tell, 0 to 1 */
  probe(unsure: () => boolean): HealthProbe {
    return {
      name: 'up',
      kind: 'places',
      critical: true,
      timeoutMs: 1_000,
      healthyThreshold: 1,
      unhealthyThreshold: 1,
      intervalMs: 1,
      observe: async ({ target, version }) => {
        this.#troubles.onCall('check');
        const id = placeOf(target?.id ?? '');
        const place = this.#places.at(id);
        const well = place.version === version && !place.bad && place.alive;
        const status = unsure() ? 'unknown' : well ? 'healthy' : 'unhealthy';
        if (status !== 'unknown') this.#places.checked(id);
        if (status !== 'healthy') {
          this.#places.doubted.add(id);
          this.#places.judge.note('a check', `${id} ${version}: ${status}`);
        }
        return { status, message: status, latencyMs: 1, details: {} };
      },
    };
  }

  /** A driver that can remove knows its own processes by name, and finds a place taken that runs one of another name. */
  #lockedOut({ target: { id }, version }: DriverCall, removes: boolean): Promise<Answer> | null {
    const place = this.#places.at(id);
    const isOwn = place.version === null || place.owner === null || place.owner === id;
    if (!removes || isOwn) return null;
    const inUse = failed('driver/rejected', `${id}: in use by ${place.owner}`, false);
    return Promise.resolve(version === null ? ok({ removed: null }) : inUse);
  }

  async #apply(call: DriverCall, by: string, signal: AbortSignal): Promise<Answer> {
    const { id: target } = call.target;
    const id = placeOf(target);
    const name = `${call.action} ${target} ${call.version}`;
    this.#troubles.onCall('apply');
    if (call.fence < (this.#fences.get(target) ?? 0)) {
      return failed('driver/fenced', 'an older fence', false);
    }
    this.#fences.set(target, call.fence);
    this.#judgeCall(id, `${name} by ${by}`);
    this.calls.push(name);
    const was = { ...this.#places.at(id) };
    const over = new AbortController();
    this.#going.set(id, over);
    this.#places.going.add(id);
    this.#leave(by, `begin ${name}`, id, { version: null, bad: false });

    const ms = this.#troubles.driving();
    if (ms > 0) await this.#clock.sleep(ms, AbortSignal.any([signal, over.signal]));
    this.#going.delete(id);
    this.#places.going.delete(id);
    if (signal.aborted || over.signal.aborted) {
      this.#places.judge.note(by, `stopped ${name}`);
      return failed('driver/aborted', 'stopped', true);
    }
    const fault = this.#troubles.drive(id, call.version, call.action === 'deploy');
    if (fault !== null && fault.how !== 'whole') {
      const { version, bad } = fault.how === 'none' ? was : { version: null, bad: false };
      this.#leave(by, `failed ${name}`, id, { version, bad });
      this.#places.doubted.add(id);
      return failed('driver/rejected', `${name} went wrong`, fault.transient);
    }
    this.#leave(by, `end ${name}`, id, {
      ...{ version: call.version, bad: false, alive: true },
      owner: call.version === null ? null : target,
    });
    const { version, deploymentId, fence } = call;
    this.#marks.set(target, { version, deploymentId, fence });
    this.#places.doubted.delete(id);
    if (this.#spoils(call)) this.#places.spoil(id);
    if (fault === null) return ok({ shown: true });
    this.#places.doubted.add(id);
    return failed('driver/timeout', `${name}: no answer`, fault.transient);
  }

  #spoils({ action, version }: DriverCall): boolean {
    if (!this.#checked || action !== 'deploy' || version === null) return false;
    return !this.proven.has(version) && this.#troubles.check();
  }

  #judgeCall(id: string, name: string): void {
    const { judge, routed } = this.#places;
    if (this.#going.has(id)) {
      judge.fault('two calls at once', `${name} while another call was going on`);
    }
    const inRotation = (place: ReturnType<Places['at']>): boolean =>
      !place.unrouted && !place.drained && place.share > 0 && !place.heldOut && !place.closed;
    if (routed && inRotation(this.#places.at(id)) && inRotation(this.#places.known(id))) {
      judge.fault('applied in rotation', `${name} before it was drained`);
    }
  }

  #leave(by: string, what: string, target: string, left: object): void {
    this.#places.act({ by, what }, (place, id) => {
      if (id === target) Object.assign(place, left);
    });
  }

  /** Ends what an earlier run left going on. */
  #settle({ target }: UnsettledCall): number {
    const place = placeOf(target.id);
    this.#going.get(place)?.abort('settled');
    return this.#going.has(place) ? 1 : 0;
  }
}

const failed = (code: DriverFailure['code'], message: string, transient: boolean): Answer =>
  err({ code, message, transient });
