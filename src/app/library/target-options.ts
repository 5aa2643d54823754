import { TargetSchema } from '../../contracts/values/schemas.js';
import type { Target } from '../../domain/model/target.js';
import { readOption } from './read-option.js';

/** A target by its id, or with more said of it. */
export type TargetOption =
  | string
  | {
      readonly id: string;
      readonly name?: string | undefined;
      /** What it means is the driver's and the checks' business. */
      readonly address?: string | undefined;
      /** `colour` tells the two halves of a service apart: blue-green, canaries beside what is live. */
      readonly metadata?: Readonly<Record<string, string>> | undefined;
      /** How much it can carry beside the others, above 0 and up to 1,000,000; 1 as soon as one of them says it. */
      readonly capacity?: number | undefined;
    };

/** The targets of a service: a list, or one list for each of two colours such as `blue` and `green`. */
export type TargetOptions =
  readonly TargetOption[] | Readonly<Record<string, readonly TargetOption[]>>;

/** @throws TypeError that names the field and what was wanted */
export function readTargets(options: TargetOptions, path: string): readonly Target[] {
  if (isList(options)) return options.map((one, at) => readTarget(one, `${path}.${at}`));
  return Object.entries(options).flatMap(([colour, targets]) =>
    targets.map((one, at) => {
      const target = readTarget(one, `${path}.${colour}.${at}`);
      return { ...target, metadata: { ...target.metadata, colour } };
    }),
  );
}

/** @throws TypeError that names the field and what was wanted */
export function readTarget(option: TargetOption, path: string): Target {
  if (typeof option === 'string') return readOption(TargetSchema, { id: option }, path);
  const { address, ...rest } = option;
  // A target as drivers are given it has an empty address where it has none.
  const said = address === undefined || address === '' ? rest : option;
  return readOption(TargetSchema, said, path);
}

const isList = (options: TargetOptions): options is readonly TargetOption[] =>
  Array.isArray(options);
