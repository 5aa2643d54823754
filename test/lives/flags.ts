import type { Step } from './core-under-test.js';

type Percents = ReadonlyMap<string, number | null>;

/** What each flag is really at, and what a deployment that ended was to leave it at. */
export class Flags {
  /** `null`, or not in it: there is no such flag. */
  readonly #now = new Map<string, number | null>();
  /** As a deployment set it last. */
  readonly #ours = new Map<string, number | null>();
  /** What a person has made of each, ever. */
  readonly #byHand = new Map<string, Set<number | null>>();
  /** The deployments that a person let go on since a person changed a flag. */
  readonly #resumed = new Set<string>();
  /** As each deployment found them. */
  readonly #found = new Map<string, Percents>();
  #declared: Percents = new Map();
  /** What was declared before each that was completed. */
  readonly #before = new Map<string, Percents>();

  /** Those that are there. */
  get names(): readonly string[] {
    return [...this.#now].flatMap(([flag, percent]) => (percent === null ? [] : [flag]));
  }

  /**
   * By a deployment; in sentences what it had no right to.
   *
   * @param overwrites it was told to, whatever others have done
   */
  set(
    deployment: string,
    flag: string,
    { percent, overwrites }: { readonly percent: number | null; readonly overwrites: boolean },
  ): readonly string[] {
    const is = this.#at(flag);
    const taken = this.#isByHand(flag) && is !== percent;
    this.#now.set(flag, percent);
    this.#ours.set(flag, percent);
    return taken && !overwrites && !this.#resumed.has(deployment)
      ? [`${flag} is set to ${percent}, and a person had it at ${is}`]
      : [];
  }

  byHand(flag: string, percent: number | null): void {
    this.#now.set(flag, percent);
    this.#byHand.set(flag, new Set([...(this.#byHand.get(flag) ?? []), percent]));
    this.#resumed.clear();
  }

  resumed(deployment: string): void {
    this.#resumed.add(deployment);
  }

  started(deployment: string): void {
    if (!this.#found.has(deployment)) this.#found.set(deployment, new Map(this.#now));
  }

  /** In sentences what is not as its steps say. */
  completed(deployment: string, steps: readonly Step[]): readonly string[] {
    const meant = lastOf(steps);
    this.#before.set(deployment, this.#declared);
    this.#declared = new Map([...this.#declared, ...meant]);
    return [...meant].flatMap(([flag, percent]) => this.#wrong(flag, [percent]));
  }

  /** As it found them, or as they were declared last, or as a person has made them meanwhile. */
  rolledBack(deployment: string, steps: readonly Step[]): readonly string[] {
    this.#declared = this.#before.get(deployment) ?? this.#declared;
    this.#before.delete(deployment);
    const found = this.#found.get(deployment);
    return [...lastOf(steps).keys()].flatMap((flag) =>
      this.#wrong(flag, [
        found?.get(flag) ?? null,
        this.#declared.get(flag) ?? null,
        ...(this.#byHand.get(flag) ?? []),
      ]),
    );
  }

  #at(flag: string): number | null {
    return this.#now.get(flag) ?? null;
  }

  #isByHand(flag: string): boolean {
    return this.#byHand.has(flag) && this.#at(flag) !== (this.#ours.get(flag) ?? null);
  }

  /** What a person has changed since is nobody's to judge. */
  #wrong(flag: string, meant: readonly (number | null)[]): readonly string[] {
    const is = this.#at(flag);
    return meant.includes(is) || this.#isByHand(flag)
      ? []
      : [`${flag} is at ${is}, and was to be at ${meant.join(' or ')}`];
  }
}

const lastOf = (steps: readonly Step[]): ReadonlyMap<string, number> =>
  new Map(steps.flatMap((step) => (step.kind === 'set_flag' ? [[step.flag, step.percent]] : [])));
