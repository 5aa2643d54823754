import type { Step } from './core-under-test.js';

type Percents = ReadonlyMap<string, number | null>;

/** What each flag is really at, and what a deployment that ended was to leave it at. */
export class Flags {
  /** `null`, or not in it: there is no such flag. */
  readonly now = new Map<string, number | null>();
  /** As each deployment found them. */
  readonly #found = new Map<string, Percents>();
  #declared: Percents = new Map();
  /** What was declared before each that was completed. */
  readonly #before = new Map<string, Percents>();

  started(deployment: string): void {
    if (!this.#found.has(deployment)) this.#found.set(deployment, new Map(this.now));
  }

  /** In sentences what is not as its steps say. */
  completed(deployment: string, steps: readonly Step[]): readonly string[] {
    const meant = lastOf(steps);
    this.#before.set(deployment, this.#declared);
    this.#declared = new Map([...this.#declared, ...meant]);
    return [...meant].flatMap(([flag, percent]) => this.#wrong(flag, [percent]));
  }

  /** As it found them, or as they were declared last. */
  rolledBack(deployment: string, steps: readonly Step[]): readonly string[] {
    this.#declared = this.#before.get(deployment) ?? this.#declared;
    this.#before.delete(deployment);
    const found = this.#found.get(deployment);
    return [...lastOf(steps).keys()].flatMap((flag) =>
      this.#wrong(flag, [found?.get(flag) ?? null, this.#declared.get(flag) ?? null]),
    );
  }

  #wrong(flag: string, meant: readonly (number | null)[]): readonly string[] {
    const is = this.now.get(flag) ?? null;
    return meant.includes(is)
      ? []
      : [`${flag} is at ${is}, and was to be at ${meant.join(' or ')}`];
  }
}

const lastOf = (steps: readonly Step[]): ReadonlyMap<string, number> =>
  new Map(steps.flatMap((step) => (step.kind === 'set_flag' ? [[step.flag, step.percent]] : [])));
