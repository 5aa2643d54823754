import type { Step } from './core-under-test.js';
import type { PlaceSizes } from './sizes.js';

/** What a service should be, by what was declared good last. */
export interface Declared {
  readonly deployment: string;
  readonly version: ReadonlyMap<string, string | null>;
  readonly share: ReadonlyMap<string, number>;
  /** Those that its steps brought to its version. */
  readonly deployed: readonly string[];
}

/** What a deployment declares that was completed: its steps, one after the other, on top of what was declared before. */
export function declaredBy(
  deployment: string,
  version: string,
  steps: readonly Step[],
  before: Pick<Declared, 'version' | 'share'>,
  { removed, sizes }: Counting,
): Declared {
  const versions = new Map(before.version);
  let share: ReadonlyMap<string, number> = before.share;
  const deployed: string[] = [];
  for (const step of steps) {
    if (step.kind === 'deploy') {
      for (const id of step.targets) versions.set(id, version);
      deployed.push(...step.targets);
    } else if (step.kind === 'retire') {
      for (const id of step.targets) versions.set(id, null);
    } else if (step.kind === 'shift') {
      share = sharesOf([...versions.keys()], step, sizes);
    }
  }
  // Nothing is declared of what left the configuration.
  for (const id of removed) versions.delete(id);
  return { deployment, version: versions, share, deployed };
}

interface Counting {
  /** Those that left the configuration. */
  readonly removed: readonly string[];
  readonly sizes: PlaceSizes;
}

function sharesOf(
  targets: readonly string[],
  { to, from, percent }: Extract<Step, { kind: 'shift' }>,
  sizes: PlaceSizes,
): ReadonlyMap<string, number> {
  const shares = new Map(targets.map((id) => [id, 0]));
  const give = (ids: readonly string[], part: number): void => {
    const parts = sizes.parts(ids);
    for (const id of ids) shares.set(id, part * (parts.get(id) ?? 0));
  };
  give(to, percent / 100);
  give(from, (100 - percent) / 100);
  return shares;
}

/** What was declared good, newest last, with what a way back may lead to. */
export class Declarations {
  /** Of each the ways it may be meant: what it left alone may count as one before it declared, or another. */
  readonly #stable: (readonly Declared[])[];
  readonly #byId = new Map<string, Declared>();
  /** One that was completed and went back half-way: whether it still counts is nobody's to say. */
  readonly #doubtful = new Set<string>();

  readonly #sizes: PlaceSizes;

  constructor(targets: readonly string[], sizes: PlaceSizes) {
    this.#sizes = sizes;
    const nothing = {
      deployment: 'nothing',
      version: new Map(targets.map((id) => [id, null])),
      share: sizes.parts(targets),
      deployed: [],
    };
    this.#stable = [[nothing]];
  }

  get(deployment: string): Declared | undefined {
    return this.#byId.get(deployment);
  }

  /** What a deployment that was completed may have declared; the likeliest first. */
  completed(
    deployment: string,
    version: string,
    steps: readonly Step[],
    removed: readonly string[],
  ): readonly Declared[] {
    this.#take(deployment);
    return this.#mayStand().map((before) =>
      declaredBy(deployment, version, steps, before, { removed, sizes: this.#sizes }),
    );
  }

  /** @param ways those of what it may have declared that the places are like; the likeliest first */
  declare(ways: readonly Declared[]): void {
    const [likeliest] = ways;
    if (likeliest === undefined) return;
    this.#stable.push(ways);
    this.#byId.set(likeliest.deployment, likeliest);
  }

  /** Where a way back of this deployment may have led to; the likeliest first. */
  rolledBack(deployment: string): readonly Declared[] {
    this.#take(deployment);
    return this.#mayStand();
  }

  /**
   * Takes away what a deployment took the places of, the newest first.
   *
   * @returns whether that is all that surely stood between, and in its order
   */
  goneBackPast(deployment: string, places: readonly string[]): boolean {
    const below = this.#stable.filter(([each]) => each?.deployment !== deployment);
    const gone = new Set(places);
    const found = below.toReversed().flatMap(([each]) => {
      return each !== undefined && gone.has(each.deployment) ? [each.deployment] : [];
    });
    const from = below.findIndex(([each]) => each !== undefined && gone.has(each.deployment));
    const kept = below.slice(from).filter(([each]) => each && !gone.has(each.deployment));
    const inOrder = found.every((id, at) => id === places[at]) && found.length === places.length;
    for (const id of places) this.#take(id);
    return from === -1
      ? places.length === 0
      : inOrder && kept.every(([each]) => this.#isDoubtful(each));
  }

  failed(deployment: string): void {
    if (this.#byId.has(deployment)) this.#doubtful.add(deployment);
  }

  #mayStand(): readonly Declared[] {
    const certain = this.#stable.findLastIndex(([each]) => !this.#isDoubtful(each));
    return this.#stable.slice(certain).toReversed().flat();
  }

  #isDoubtful(declared: Declared | undefined): boolean {
    return declared !== undefined && this.#doubtful.has(declared.deployment);
  }

  #take(deployment: string): void {
    const at = this.#stable.findIndex(([each]) => each?.deployment === deployment);
    if (at >= 0) this.#stable.splice(at, 1);
    this.#doubtful.delete(deployment);
  }
}

/**
 * Beneath one that went back half-way nothing may be declared, and yet something be
 * there: then it is asked only of what was touched on the way back from it.
 */
export function afterDoubt(
  may: readonly Declared[],
  touched: readonly string[],
): readonly Declared[] {
  if (may.length < 2) return may;
  return may.map((each) => {
    if (each.deployment !== 'nothing') return each;
    return { ...each, version: new Map([...each.version].filter(([id]) => touched.includes(id))) };
  });
}
