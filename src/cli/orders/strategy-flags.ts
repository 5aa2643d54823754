import { InvalidArgumentError } from '@commander-js/extra-typings';
import type { z } from 'zod';
import { StrategySchema } from '../../contracts/strategy/strategy.schema.js';
import { UsageError } from '../session/cli-run.js';

export type StrategyInput = z.input<typeof StrategySchema>;

/** Those that flags can describe; steps given directly are for `--strategy-json`. */
export const FLAG_KINDS = ['rolling', 'canary', 'blue_green', 'feature_flag'] as const;
type Kind = (typeof FLAG_KINDS)[number];

type Amount = number | `${number}%`;

export interface StrategyFlags {
  readonly strategy?: Kind | undefined;
  readonly batchSize?: Amount | undefined;
  readonly maxUnavailable?: Amount | undefined;
  readonly delay?: number | undefined;
  readonly stages?: number[] | undefined;
  readonly weights?: number[] | undefined;
  readonly waitBetween?: number | undefined;
  readonly analysis?: string | undefined;
  readonly gate?: boolean | undefined;
  readonly promoteAfter?: number | undefined;
  readonly retire?: 'keep' | 'remove' | undefined;
  readonly flag?: string | undefined;
  readonly percentage?: number | undefined;
  readonly strategyJson?: StrategyInput | undefined;
}

type Setting = Exclude<keyof StrategyFlags, 'strategy' | 'strategyJson'>;

/** Each flag with the kinds it is one of; without `--strategy`, it stands for the first. */
const KINDS_OF: Readonly<Record<Setting, readonly [Kind, ...Kind[]]>> = {
  batchSize: ['rolling', 'blue_green', 'feature_flag'],
  maxUnavailable: ['rolling', 'canary', 'blue_green', 'feature_flag'],
  delay: ['rolling'],
  stages: ['canary', 'feature_flag'],
  weights: ['canary'],
  waitBetween: ['canary', 'feature_flag'],
  analysis: ['rolling', 'canary', 'blue_green', 'feature_flag'],
  gate: ['rolling', 'blue_green'],
  promoteAfter: ['blue_green'],
  retire: ['blue_green'],
  flag: ['feature_flag'],
  percentage: ['feature_flag'],
};

/**
 * The strategy that the flags describe; none asked for leaves it to the
 * configuration. A flag that belongs to one kind also chooses it.
 *
 * @throws UsageError when the flags belong to different kinds
 */
export function strategyOf(flags: StrategyFlags): StrategyInput | undefined {
  const { strategy, strategyJson } = flags;
  const given = SETTINGS.filter((setting) => flags[setting] !== undefined);
  if (strategyJson !== undefined) {
    const [other] = strategy === undefined ? given.map(flagName) : ['--strategy'];
    if (other !== undefined) {
      throw new UsageError(`strategy: --strategy-json says it all, it can't go with ${other}`);
    }
    return strategyJson;
  }
  const kind = strategy ?? kindOf(given);
  if (kind === undefined) return undefined;
  const foreign = given.find((setting) => !KINDS_OF[setting].includes(kind));
  if (foreign !== undefined) {
    throw new UsageError(`strategy: ${flagName(foreign)} is no flag of ${kind}`);
  }
  if (flags.stages !== undefined && flags.weights !== undefined) {
    throw new UsageError(
      "strategy: --stages are of targets and --weights of traffic, they can't go together",
    );
  }
  if (flags.gate !== undefined && flags.promoteAfter !== undefined) {
    throw new UsageError(
      "strategy: --gate waits for a person and --promote-after for none, they can't go together",
    );
  }
  return INPUT_OF[kind](flags);
}

/** What only one kind has decides before what several have. */
function kindOf(given: readonly Setting[]): Kind | undefined {
  const own = given.find((setting) => KINDS_OF[setting].length === 1) ?? given[0];
  return own && KINDS_OF[own][0];
}

const INPUT_OF: { readonly [K in Kind]: (flags: StrategyFlags) => StrategyInput } = {
  rolling: ({ batchSize, maxUnavailable, delay, analysis, gate }) => ({
    kind: 'rolling',
    batchSize,
    maxUnavailable,
    delay,
    analysis,
    pauseAfterFirst: gate,
  }),
  canary: ({ maxUnavailable, stages, weights, waitBetween, analysis }) => ({
    kind: 'canary',
    stages: weights ?? stages,
    ...(weights !== undefined && { traffic: true }),
    wait: waitBetween,
    maxUnavailable,
    analysis,
  }),
  blue_green: ({ batchSize, maxUnavailable, analysis, gate, promoteAfter, retire }) => ({
    kind: 'blue_green',
    batchSize,
    maxUnavailable,
    ...(analysis !== undefined && { analyze: { before: analysis } }),
    ...(gate === true && { promotion: { kind: 'gate' } }),
    ...(promoteAfter !== undefined && { promotion: { kind: 'auto', after: promoteAfter } }),
    retire,
  }),
  feature_flag: ({
    flag,
    percentage,
    stages,
    waitBetween,
    batchSize,
    maxUnavailable,
    analysis,
  }) => ({
    kind: 'feature_flag',
    flag,
    percentage,
    stages,
    wait: waitBetween,
    batchSize,
    maxUnavailable,
    analysis,
  }),
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a record written out above
const SETTINGS = Object.keys(KINDS_OF) as readonly Setting[];

const flagName = (setting: Setting): string =>
  `--${setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export function parseBatchSize(text: string): Amount {
  if (/^\d+$/.test(text)) return Number(text);
  const share = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (share === undefined) throw new InvalidArgumentError('expected a number or a share like 25%');
  return `${Number(share)}%`;
}

export function parseStages(text: string): number[] {
  const stages = text.split(',').map((part) => Number(part.trim().replace(/%$/, '') || Number.NaN));
  if (stages.every((stage) => stage > 0 && stage <= 100)) return stages;
  throw new InvalidArgumentError('expected percentages such as 10,50,100');
}

export function parsePercentage(text: string): number {
  const percent = Number(text.trim().replace(/%$/, '') || Number.NaN);
  if (percent >= 0 && percent <= 100) return percent;
  throw new InvalidArgumentError('expected a percentage such as 5');
}

export function parseStrategyJson(text: string): StrategyInput {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('expected JSON such as {"kind":"rolling","batchSize":2}');
  }
  const parsed = StrategySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidArgumentError(
    `${['strategy', ...(issue?.path ?? [])].join('.')}: ${issue?.message}`,
  );
}
