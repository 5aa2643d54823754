import { InvalidArgumentError } from '@commander-js/extra-typings';
import type { z } from 'zod';
import { StrategySchema } from '../contracts/strategy.schema.js';
import { UsageError } from './cli-run.js';

export type StrategyInput = z.input<typeof StrategySchema>;

export interface StrategyFlags {
  readonly strategy?: 'rolling' | 'canary' | undefined;
  readonly batchSize?: number | `${number}%` | undefined;
  readonly delay?: number | undefined;
  readonly stages?: number[] | undefined;
  readonly waitBetween?: number | undefined;
  readonly strategyJson?: StrategyInput | undefined;
}

/**
 * The strategy that the flags describe; none asked for leaves it to the
 * configuration. A flag that belongs to one kind also chooses it.
 *
 * @throws UsageError when the flags belong to different kinds
 */
export function strategyOf(flags: StrategyFlags): StrategyInput | undefined {
  const { strategy, batchSize, delay, stages, waitBetween, strategyJson } = flags;
  const rolling = named({ '--batch-size': batchSize, '--delay': delay });
  const canary = named({ '--stages': stages, '--wait-between': waitBetween });
  if (strategyJson !== undefined) {
    const other = [...named({ '--strategy': strategy }), ...rolling, ...canary][0];
    if (other !== undefined) {
      throw new UsageError(`strategy: --strategy-json says it all, it can't go with ${other}`);
    }
    return strategyJson;
  }
  const kind = strategy ?? (rolling.length > 0 ? 'rolling' : canary.length > 0 ? 'canary' : null);
  if (kind === null) return undefined;
  const foreign = kind === 'rolling' ? canary[0] : rolling[0];
  if (foreign !== undefined) throw new UsageError(`strategy: ${foreign} is no flag of ${kind}`);
  return kind === 'rolling' ? { kind, batchSize, delay } : { kind, stages, wait: waitBetween };
}

export function parseBatchSize(text: string): number | `${number}%` {
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

const named = (flags: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(flags).filter((name) => flags[name] !== undefined);
