import { type Claim, claimsOf } from './claims.js';
import * as core from './core-under-test.js';
import { afterDoubt, Declarations, type Declared } from './declared.js';
import { beganAt, wrongAtEnd } from './ends.js';
import { Flags } from './flags.js';
import type { FaultKind } from './judge.js';
import { placeOf } from './names.js';
import type { Place } from './place.js';
import type { Places } from './places.js';
import { leftIn, removedIn, retiredIn } from './removed-in.js';

/** Compares the record with the places, at every durable event and at every end. */
export class Witness {
  readonly declared: Declarations;
  readonly flags = new Flags();
  /** Those that left the configuration, and were removed by one that was completed. */
  readonly #retired = new Set<string>();
  /** Those that left the configuration, and were removed by one that failed afterwards. */
  readonly #gone = new Set<string>();
  /** Those of the plan that told shares last. */
  #planned: ReadonlySet<string> = new Set();
  readonly #places: Places;
  readonly #core: () => core.Core;
  /** How a deployment is called in the log. */
  readonly #nameOf: (id: string) => string;

  constructor(places: Places, its: () => core.Core, nameOf: (id: string) => string) {
    this.#places = places;
    this.#core = its;
    this.#nameOf = nameOf;
    this.declared = new Declarations(places.targets, places.sizes);
  }

  /** Something durable was written. */
  written(before: core.Deployment, after: core.Deployment, events: readonly string[]): void {
    this.#places.judge.note(this.#nameOf(after.id), events);
    if (events.some((type) => TELLS_SHARES.has(type))) {
      this.#planned = new Set(after.plan.targets.map(({ id }) => id));
    }
    this.#checkClaims();
    if (events.includes('deployment.started')) this.flags.started(after.id);
    if (events.includes('deployment.resumed')) this.flags.resumed(after.id);
    if (core.hasEnded(before) || !core.hasEnded(after)) return;
    this.#checkEnd(after);
    this.#checkActive();
  }

  #checkClaims(): void {
    const claims = claimsOf(this.#core());
    for (const said of claims) {
      const [claim, place] = this.#compared(said, claims);
      const { target, version } = claim;
      if (version !== undefined && version !== place.version) {
        this.#fault('claim: version', `${target} is said to run ${version}: ${place.version}`);
      }
      if (!this.#places.routed) continue;
      const wrong = wronglyClaimed(claim, place);
      if (place.unrouted || place.name !== target) continue;
      // What the world moved, and nobody wrote down since, the record can not know.
      if (this.#places.rerouted(target)) continue;
      for (const fault of wrong) this.#fault(fault.kind, fault.said);
    }
  }

  /**
   * What is claimed, and the place: where the configuration has changed, with their
   * shares among those that it names, as far as all of these are claimed.
   */
  #compared(claim: Claim, claims: readonly Claim[]): readonly [Claim, Readonly<Place>] {
    const place = this.#places.at(claim.target);
    if (!this.#places.changing) return [claim, place];
    // Shares are told among the targets of one plan: those of who wrote last.
    const named = claims.filter(({ target, left }) => !left && this.#planned.has(target));
    const { share, ...rest } = claim;
    if (share === undefined || !named.includes(claim)) return [rest, place];
    if (named.some((each) => each.share === undefined)) return [rest, place];
    const claimed = sum(named.map((each) => each.share ?? 0));
    const real = sum(named.map(({ target }) => this.#places.at(target).share));
    if (claimed === 0 || real === 0) return [rest, place];
    return [
      { ...claim, share: share / claimed },
      { ...place, share: place.share / real },
    ];
  }

  #checkEnd(ended: core.Deployment): void {
    const { status } = ended.state;
    const steps = core.stepsIn(ended);
    const planned = ended.plan.targets.map(({ id }) => id);
    const its = {
      since: beganAt(ended),
      steps,
      left: [...leftIn(ended), ...this.#stillGone],
      planned,
      removed: removedIn(ended),
    };
    if (status === 'completed') {
      this.#checkRemoved(ended);
      for (const id of retiredIn(ended)) this.#retired.add(id);
      this.#checkTaken(ended);
      this.#checkFlags(ended, this.flags.completed(ended.id, steps));
      const removed = removedIn(ended);
      const may = this.declared.completed(ended.id, ended.version, steps, removed);
      const fits = this.#checkAsDeclared(ended, may, its);
      const ways = fits.length > 0 ? fits : may.slice(0, 1);
      this.declared.declare(ways.map((declared) => this.#asTaken(declared)));
      this.#checkGoneBackPast(ended);
    } else if (status === 'rolled_back') {
      this.#checkFlags(ended, this.flags.rolledBack(ended.id, steps));
      const may = afterDoubt(this.declared.rolledBack(ended.id), core.touchedIn(ended));
      const previous = core.previousOf(ended);
      const meant = may.filter(({ deployment }) => deployment === previous);
      if (previous !== null && meant.length === 0) {
        const [first] = may;
        const other = `${this.#nameOf(previous)}, not to ${this.#nameOf(first?.deployment ?? '')}`;
        this.#fault('wrong way back', `${this.#nameOf(ended.id)} went back to ${other}`);
      }
      // On the way back nothing may be left out.
      this.#checkAsDeclared(ended, meant.length > 0 ? meant : may, { ...its, steps: [] });
    } else if (status === 'failed') {
      this.declared.failed(ended.id);
      for (const id of retiredIn(ended)) this.#gone.add(id);
    }
  }

  get #stillGone(): readonly string[] {
    return [...this.#gone].filter((id) => this.#places.at(id).version === null);
  }

  /** What left the configuration runs nothing any more, where it was not left. */
  #checkRemoved(ended: core.Deployment): void {
    for (const id of retiredIn(ended)) {
      const { version, owner } = this.#places.at(id);
      if (version === null || owner !== id || this.#places.doubted.has(placeOf(id))) continue;
      const name = this.#nameOf(ended.id);
      this.#fault('end: version', `${name} is completed, and ${id} still runs ${version}`);
    }
  }

  /** What went back to a named version took the place of the topmost of that version, and of what stood above it. */
  #checkGoneBackPast(ended: core.Deployment): void {
    const places = core.placesTakenBy(ended);
    const versions = places.map((id) => core.deploymentIn(this.#core(), id)?.version);
    const wanted = versions.findIndex((version) => version === ended.version);
    const said = `${this.#nameOf(ended.id)} took the place of ${versions.join(', ')}`;
    if (places.length > 0 && wanted !== places.length - 1) this.#fault('wrong way back', said);
    if (!this.declared.goneBackPast(ended.id, places)) this.#fault('wrong way back', said);
  }

  /** What is completed is active; of no known version, where a target has failed. */
  #checkTaken(ended: core.Deployment): void {
    const active = core.activeOf(this.#core());
    const name = this.#nameOf(ended.id);
    if (active?.deployment !== ended.id) {
      const other = this.#nameOf(active?.deployment ?? 'nothing');
      this.#fault('active version', `${name} is completed, and active is ${other}`);
    } else if (active.version !== ended.version && !this.#missedOne(ended)) {
      const said = `${name} is completed, no target failed, and active is ${active.version}`;
      this.#fault('active version', said);
    }
  }

  #missedOne(ended: core.Deployment): boolean {
    return core.failedIn(ended).some((id) => {
      const { version, bad } = this.#places.at(id);
      return bad || version !== ended.version || this.#places.doubted.has(placeOf(id));
    });
  }

  /** What failed within the tolerance has not taken it. */
  #asTaken(declared: Declared): Declared {
    const took = [...declared.version].filter(
      ([id, version]) =>
        this.#places.at(id).version === version && !this.#places.doubted.has(placeOf(id)),
    );
    return { ...declared, version: new Map(took) };
  }

  /** Which of these the places are like; where they are like none, that is a fault. */
  #checkAsDeclared(
    ended: core.Deployment,
    may: readonly Declared[],
    its: Parameters<typeof wrongAtEnd>[2],
  ): readonly Declared[] {
    const wrongs = may.map((declared) => wrongAtEnd(this.#places, declared, its));
    const fits = may.filter((_, at) => wrongs[at]?.length === 0);
    if (fits.length > 0) return fits;
    for (const { kind, said } of wrongs[0] ?? []) {
      this.#fault(kind, `${this.#nameOf(ended.id)} is ${ended.state.status}, ${said}`);
    }
    return [];
  }

  #checkFlags(ended: core.Deployment, wrong: readonly string[]): void {
    for (const said of wrong) {
      this.#fault('end: flag', `${this.#nameOf(ended.id)} is ${ended.state.status}, ${said}`);
    }
  }

  /** It names a version only where every target of that deployment runs it. */
  #checkActive(): void {
    const active = core.activeOf(this.#core());
    if (active === null || active.version === null) return;
    // While another changes what is there, it names what was.
    if (core.rowsOf(this.#core()).some(({ deployment }) => core.isUnderWay(deployment))) return;
    const deployed = this.declared.get(active.deployment)?.deployed ?? [];
    for (const id of deployed) {
      const { version } = this.#places.at(id);
      const isGone = version === null && this.#retired.has(id);
      if (version !== active.version && !isGone && !this.#stillGone.includes(id)) {
        this.#fault('active version', `active is ${active.version}, and ${id} runs ${version}`);
      }
    }
  }

  #fault(kind: FaultKind, said: string): void {
    this.#places.judge.fault(kind, said);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** What the record is sure of in the traffic, and the place is not like. */
function wronglyClaimed(
  { target, inRotation, share }: Claim,
  place: Readonly<Place>,
): readonly { readonly kind: FaultKind; readonly said: string }[] {
  const isOut = place.drained || place.closed;
  const isWrong = inRotation !== undefined && !place.heldOut && inRotation === isOut;
  const rotation = `${target} is said to be ${inRotation === true ? 'in rotation' : 'drained'}, and is not`;
  const near = 0.002 + 0.05 * Math.max(share ?? 0, place.share);
  const isOff = share !== undefined && Math.abs(share - place.share) > near;
  const weight = `${target} is said to have ${share}: ${place.share}`;
  return [
    ...(isWrong ? [{ kind: 'claim: rotation', said: rotation } as const] : []),
    ...(isOff ? [{ kind: 'claim: share', said: weight } as const] : []),
  ];
}

/** Events that say what shares there are, among the targets of a plan. */
const TELLS_SHARES: ReadonlySet<string> = new Set([
  'deployment.started',
  'deployment.router_seen',
  'deployment.shifted',
  'deployment.traffic_restored',
]);
