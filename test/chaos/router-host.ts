import { serviceKey } from '../../src/domain/model/ids.js';
import type { RouteCall } from '../../src/domain/ports/traffic-router.js';
import type { Move } from '../lives/place.js';
import { Places } from '../lives/places.js';
import { floorOfService } from './floors.js';
import type { ChaosService } from './fleet.js';
import { type PlaceSeen, type RouterAnswer, RouterTable } from './router-table.js';
import { type Low, TrafficSamples } from './traffic-samples.js';
import type { TrafficShares } from '../../src/domain/model/traffic-shares.js';

/** A call as a worker makes it. */
export interface RouterBody {
  readonly call: RouteCall;
  readonly shares: TrafficShares;
  readonly target: string;
  readonly worker: string;
}

/** What was wrong, and what led to it. */
export interface TrafficFault {
  readonly service: string;
  readonly kind: string;
  readonly said: string;
  readonly story: readonly string[];
}

export interface Judged {
  readonly samples: number;
  /** Samples with fewer targets with traffic than the floor, for whatever reason. */
  readonly low: number;
  /** Router calls that were made before a freeze, and came after it. */
  readonly late: number;
  readonly faults: readonly TrafficFault[];
}

/** What runs on every target of a routed service before the run: somebody else put it there. */
export const ADOPTED = 'v0';

/** A look is followed by an act within that, however long Redis is away in between. */
const UNSEEN_MS = 20_000;
/** For so long after a worker woke up, what it sends may have been begun before. */
const LATE_MS = 1_500;
const STORY_LINES = 30;

/** What a service's table shows at the end. */
export interface RouterSees {
  readonly targets: Readonly<Record<string, PlaceSeen>>;
  readonly sharesAstray: boolean;
}

interface Routed {
  readonly one: ChaosService;
  readonly places: Places;
  readonly table: RouterTable;
  readonly samples: TrafficSamples;
  /** Drained by a call that came too late: a person has to put that right. */
  readonly astray: Set<string>;
  /** Its shares are those of a call that came, or may have come, too late. */
  sharesAstray: boolean;
}

/**
 * The run's router. It belongs to no worker: all that is done to it is judged by
 * what its own table says, as in the random lives, and its table is sampled.
 */
export class RouterHost {
  readonly #services: ReadonlyMap<string, Routed>;
  readonly #lateUntil = new Map<number, number>();
  #awayUntil = 0;
  #late = 0;

  constructor(services: readonly ChaosService[]) {
    const routed = services.filter((one) => one.routed);
    this.#services = new Map(routed.map((one) => [one.service as string, open(one)] as const));
  }

  call(method: string, { call, shares, target, worker }: RouterBody): RouterAnswer {
    const routed = this.#of(call.service);
    if (Date.now() < this.#awayUntil) return RouterTable.away();
    const late = this.#isLate(worker);
    if (late && method !== 'look' && method !== 'shares') this.#late += 1;
    const answer = routed.table.call({ method, call, shares, target, worker, late });
    if (method === 'setShares' && answer.ok) routed.sharesAstray = late;
    if (method === 'drain' && late) routed.astray.add(target);
    else if (method === 'drain' || method === 'ready') routed.astray.delete(target);
    routed.samples.changed(late ? 'world' : 'ours');
    return answer;
  }

  /** A driver begins, or has come to the end of, what it does at a target. */
  applied(
    phase: 'begin' | 'end',
    service: string,
    { target, version, by }: { target: string; version: string | null; by: string },
  ): void {
    const routed = this.#services.get(service);
    if (routed === undefined) return;
    const act = { by, what: `${phase} ${target} ${version}` };
    if (phase === 'begin') routed.table.judgeCall(target, `${act.what} by ${by}`);
    const left = phase === 'begin' ? { version: null } : { version, alive: true };
    routed.places.act(act, (place, id) => {
      if (id === target) Object.assign(place, left);
    });
    routed.samples.changed('ours');
  }

  /** Something happens that is not ours. */
  move(service: string, move: Move): void {
    const { places, samples } = this.#of(service);
    places.move(move);
    samples.changed('world');
  }

  away(ms: number): void {
    this.#awayUntil = Math.max(this.#awayUntil, Date.now() + ms);
    for (const { places } of this.#services.values()) places.move({ kind: 'away', ms });
  }

  /** That worker stood still: what it was about to do comes too late. */
  woke(pid: number): void {
    this.#lateUntil.set(pid, Date.now() + LATE_MS);
  }

  /** People put right what they and late calls did: nobody holds anything out, and all run. */
  lift(): void {
    for (const { places, samples, astray } of this.#services.values()) {
      for (const [target, id] of places.targets.entries()) {
        const { heldOut, alive } = places.at(id);
        if (heldOut || astray.has(id)) places.move({ kind: 'ready', target });
        if (!alive) places.move({ kind: 'revive', target });
      }
      astray.clear();
      samples.changed('world');
    }
  }

  sample(): void {
    for (const { samples } of this.#services.values()) samples.take();
  }

  judged(): Judged {
    const all = [...this.#services.values()];
    const sum = (of: (samples: TrafficSamples) => number): number =>
      all.reduce((total, { samples }) => total + of(samples), 0);
    return {
      samples: sum(({ taken }) => taken),
      low: sum(({ low }) => low),
      late: this.#late,
      faults: all.flatMap(faultsOf),
    };
  }

  tableOf(service: string): RouterSees {
    const { table, sharesAstray } = this.#of(service);
    return { targets: table.all(), sharesAstray };
  }

  storyOf(service: string): readonly string[] {
    return this.#of(service).places.judge.story().slice(-STORY_LINES);
  }

  #isLate(worker: string): boolean {
    const pid = Number(/-(\d+)-[0-9a-f]+$/.exec(worker)?.[1] ?? 0);
    return (this.#lateUntil.get(pid) ?? 0) > Date.now();
  }

  #of(service: string): Routed {
    const routed = this.#services.get(service);
    if (routed === undefined) throw new Error(`${service} has no router`);
    return routed;
  }
}

function open(one: ChaosService): Routed {
  const places = new Places({
    targets: one.targets.map(({ id }) => id),
    ...{ routed: true, oneState: false, seeing: true, now: Date.now, freshMs: UNSEEN_MS },
  });
  places.act({ by: 'somebody', what: `runs ${ADOPTED} everywhere` }, (place) => {
    place.version = ADOPTED;
  });
  const floor = floorOfService(one);
  places.judge.floor = () => floor;
  const samples = new TrafficSamples(places, floor);
  const table = new RouterTable(places);
  return { one, places, samples, table, astray: new Set(), sharesAstray: false };
}

function faultsOf({ one, places, samples }: Routed): readonly TrafficFault[] {
  const story = places.judge.story();
  const before = (line: number): readonly string[] =>
    story.slice(Math.max(0, line - STORY_LINES), line);
  const told = ({ kind, said, line }: Low): TrafficFault => ({
    ...{ service: serviceKey(one), kind, said },
    story: before(line),
  });
  return [...places.judge.faults, ...samples.faults].map(told);
}
