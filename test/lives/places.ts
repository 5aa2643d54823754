import { Judge, type Act, type Counted } from './judge.js';
import { otherName, placeOf } from './names.js';
import type { Move, Place } from './place.js';
import { PlaceSizes } from './sizes.js';

type Change = (place: Place, id: string) => void;

/** A move of the world counts as known from the next look on, and without one after so long. */
const FRESH_MS = 5_000;

export interface PlacesOptions {
  readonly targets: readonly string[];
  readonly routed: boolean;
  /** All the same, where it is not said. */
  readonly sizes?: PlaceSizes;
  /** A target is ready, drained or in maintenance and never two of them, as HAProxy has it. */
  readonly oneState: boolean;
  /** Whether anything there is could tell that a process died: a router, or checks. */
  readonly seeing: boolean;
  readonly now: () => number;
  /** How long a move of the world may stay unseen before it counts as known; 5 s if not given. */
  readonly freshMs?: number;
}

/**
 * The places that a service runs in. They alone say what serves. Everything that
 * is done to them is judged at once; what the world does itself is not, but
 * counts against whoever goes on as if it had not happened. For that they are
 * kept twice: as they are, and as somebody could know them who looked last.
 */
export class Places {
  readonly targets: readonly string[];
  readonly routed: boolean;
  readonly oneState: boolean;
  readonly judge: Judge;
  readonly sizes: PlaceSizes;
  readonly now: () => number;
  /** Until then the router answers nobody. */
  awayUntil = 0;
  /** The fewest that served since somebody set it anew, after anything that we did. */
  fewest = Number.POSITIVE_INFINITY;
  /** The configuration has changed since the beginning: shares are told among those that it names. */
  changing = false;
  /** Where a driver is at work. */
  readonly going = new Set<string>();
  /** Against whom the last call's answer, or a check since, spoke; or a check could not say. */
  readonly doubted = new Set<string>();
  readonly #seeing: boolean;
  readonly #freshMs: number;
  readonly #real = new Map<string, Place>();
  readonly #seen = new Map<string, Place>();
  /** When the world last moved there, where nobody has looked since. */
  readonly #unseen = new Map<string, number>();
  /** Whose rotation or share the world changed, and which workers have looked since and written nothing yet. */
  readonly #rerouted = new Map<string, Set<string>>();
  readonly #moved = new Map<string, number>();

  constructor({ targets, routed, oneState, seeing, now, ...its }: PlacesOptions) {
    const { freshMs = FRESH_MS, sizes = new PlaceSizes(targets) } = its;
    this.sizes = sizes;
    this.#freshMs = freshMs;
    this.targets = targets;
    this.routed = routed;
    this.now = now;
    this.oneState = oneState;
    this.#seeing = seeing;
    this.judge = new Judge(now);
    for (const id of targets) {
      const share = this.sizes.ownShare(id);
      const place = { version: null, bad: false, alive: true, drained: false, share };
      const world = { heldOut: false, closed: false, unrouted: false, name: id, owner: null };
      this.#real.set(id, { ...place, ...world });
      this.#seen.set(id, { ...place, ...world });
    }
  }

  at(id: string): Readonly<Place> {
    return placeIn(this.#real, id);
  }

  /** As whoever takes the trouble to look could know it. */
  known(id: string): Readonly<Place> {
    const seen = placeIn(this.#seen, id);
    const real = this.at(id);
    if (this.isOpen(id)) return seen;
    return seen.bad === real.bad ? real : { ...real, bad: seen.bad };
  }

  /** The world moved there just now, and nobody is known to have looked since: who did knows other things than `known`. */
  isOpen(id: string): boolean {
    const moved = this.#unseen.get(placeOf(id));
    return moved !== undefined && !this.#isOld(moved);
  }

  get serving(): number {
    return this.targets.filter((id) => this.#serves(this.at(id))).length;
  }

  serves(id: string): boolean {
    return this.#serves(this.at(id));
  }

  /** Something is done to places, by one of ours. */
  act(act: Act, change: Change): void {
    const before = this.#count();
    for (const [id, place] of this.#real) change(place, id);
    for (const [id, place] of this.#seen) change(place, id);
    const after = this.#count();
    this.fewest = Math.min(this.fewest, after.real);
    this.judge.acted(act, before, after);
  }

  /** Whoever keeps the router's table takes these out of it, calls those by their other name, and all others as ever. */
  route(unrouted: readonly string[], renamed: readonly string[] = []): void {
    for (const id of this.targets) {
      const name = renamed.includes(id) ? otherName(id) : id;
      for (const places of [this.#real, this.#seen]) {
        Object.assign(placeIn(places, id), { unrouted: unrouted.includes(id), name });
      }
    }
  }

  move(move: Move): void {
    const name = this.#name(move);
    this.judge.note('the world', name);
    if (move.kind === 'away') {
      // What could be known before stays known; the rest can not, as long as it is away.
      for (const [id, moved] of this.#unseen) {
        if (!this.#isOld(moved)) continue;
        this.#catchUp(id);
        this.#unseen.delete(id);
      }
      this.awayUntil = Math.max(this.awayUntil, this.now() + move.ms);
      return;
    }
    const moved = 'target' in move ? [this.#targetOf(move.target)] : this.targets;
    for (const id of moved) this.#moveOne(move, id);
  }

  /**
   * Somebody looked at these in the router: nothing that happened there until now is news.
   *
   * @returns to be called when the answer has come to a worker
   */
  looked(targets: readonly string[] = this.targets): (worker: string) => void {
    const places = targets.map(placeOf);
    for (const id of places) if (this.#unseen.delete(id)) this.#catchUp(id);
    const shown = places.flatMap((id) => this.#rerouted.get(id) ?? []);
    return (worker) => shown.forEach((workers) => workers.add(worker));
  }

  /** A worker wrote what it knows: whoever looked and died has told nobody. */
  wrote(worker: string): void {
    for (const [id, shown] of this.#rerouted) if (shown.has(worker)) this.#rerouted.delete(id);
  }

  /** A check told of what it found there; where there is no router, also whether anything runs. */
  checked(id: string): void {
    const { bad, alive } = this.at(id);
    const seen = placeIn(this.#seen, id);
    seen.bad = bad;
    if (!this.routed) seen.alive = alive;
  }

  /** What the next call leaves there is found bad, and nobody was told yet. */
  spoil(id: string): void {
    placeIn(this.#real, id).bad = true;
  }

  /** Whether what is set there may be the world's doing, and nobody can have written of it. */
  rerouted(id: string): boolean {
    return this.#rerouted.has(placeOf(id));
  }

  /** Whether the world moved there at this time or later. */
  movedSince(id: string, time: number): boolean {
    return (this.#moved.get(placeOf(id)) ?? Number.NEGATIVE_INFINITY) >= time;
  }

  #moveOne(move: Exclude<Move, { kind: 'away' }>, id: string): void {
    const { kind } = move;
    const now = this.now();
    const before = this.#unseen.get(placeOf(id));
    if (before !== undefined && this.#isOld(before)) this.#catchUp(id);
    this.#unseen.set(id, now);
    this.#moved.set(id, now);
    const place = placeIn(this.#real, id);
    if (kind === 'kill' || kind === 'revive') {
      place.alive = kind === 'revive';
      return;
    }
    this.#rerouted.set(id, new Set());
    if (kind === 'maint') {
      // It looks the same: nobody could tell.
      if (this.oneState && place.closed) return;
      place.heldOut = true;
      if (this.oneState) place.drained = false;
      return;
    }
    if (move.kind === 'weigh') {
      place.share = move.shares[id] ?? 0;
      return;
    }
    Object.assign(place, { drained: kind === 'drain', closed: false });
    if (kind === 'ready') place.heldOut = false;
    if (kind === 'forget') place.share = this.sizes.ownShare(id);
  }

  /** Only a check tells what is bad. */
  #catchUp(id: string): void {
    this.#seen.set(id, { ...this.at(id), bad: placeIn(this.#seen, id).bad });
  }

  #isOld(moved: number): boolean {
    return this.#seeing && this.now() - Math.max(moved, this.awayUntil) >= this.#freshMs;
  }

  #count(): Counted {
    const floor = this.judge.floor();
    let real = 0;
    let known = 0;
    for (const id of this.targets) {
      if (this.#serves(this.at(id))) real += this.sizes.of(id);
      if (this.#serves(this.known(id))) known += this.sizes.of(id);
    }
    return { real, known, floor };
  }

  #serves(place: Readonly<Place>): boolean {
    const { version, bad, alive, drained, share, heldOut, closed, unrouted } = place;
    if (version === null || bad || !alive) return false;
    return !this.routed || (!unrouted && !drained && share > 0 && !heldOut && !closed);
  }

  #targetOf(number: number): string {
    return this.targets[number % this.targets.length] ?? '';
  }

  #name(move: Move): string {
    if ('target' in move) return `${move.kind} ${this.#targetOf(move.target)}`;
    if (move.kind === 'weigh') return 'a late call weighs';
    return move.kind === 'away' ? `the router is away for ${move.ms} ms` : 'the router forgets';
  }
}

function placeIn(places: ReadonlyMap<string, Place>, id: string): Place {
  const place = places.get(placeOf(id));
  if (place === undefined) throw new Error(`no place ${id}`);
  return place;
}
