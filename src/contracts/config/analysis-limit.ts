import type {
  Against,
  BaselineKind,
  Direction,
  Margin,
  RuleKind,
} from '../../domain/model/plan/analysis-spec.js';
import { err, ok, type Result } from '../../domain/model/result.js';

/** What a metric says of its limit, as written. */
export interface WrittenLimit {
  readonly baseline?: BaselineKind | undefined;
  readonly direction?: Direction | undefined;
  readonly max?: number | undefined;
  readonly min?: number | undefined;
  /** Percentages as `"10%"`. */
  readonly maxIncrease?: number | string | undefined;
  readonly maxDecrease?: number | string | undefined;
}

export interface Limit {
  readonly direction: Direction;
  readonly against: Against;
}

interface Refusal {
  readonly field: keyof WrittenLimit;
  readonly message: string;
}

const ABSOLUTE = ['max', 'min'] as const;
const RELATIVE = ['maxIncrease', 'maxDecrease'] as const;

/** Which way is better, and what is still good: said by just one field, of the pair that fits the baseline. */
export function resolveLimit(written: WrittenLimit, kind: RuleKind): Result<Limit, Refusal> {
  const { baseline } = written;
  const [wanted, others] = baseline === undefined ? [ABSOLUTE, RELATIVE] : [RELATIVE, ABSOLUTE];
  const stray = others.find((name) => written[name] !== undefined);
  if (stray !== undefined) {
    const why =
      baseline === undefined
        ? 'expected only beside a baseline'
        : 'expected only without a baseline';
    return refuse(stray, why);
  }
  const [given, another] = wanted.flatMap((field) => {
    const value = written[field];
    return value === undefined ? [] : [{ field, value }];
  });
  if (given === undefined || another !== undefined) {
    return refuse(wanted[0], `expected just one of ${wanted.join(' and ')}`);
  }
  const { field, value } = given;
  const direction = field === 'max' || field === 'maxIncrease' ? 'lower' : 'higher';
  if ((written.direction ?? direction) !== direction) {
    return refuse('direction', `${field} says that ${direction} is better`);
  }
  const against = againstOf(value, baseline);
  const problem = problemOf(against, direction, kind);
  return problem === null ? ok({ direction, against }) : refuse(field, problem);
}

function againstOf(value: number | string, baseline: BaselineKind | undefined): Against {
  if (baseline !== undefined) return { kind: 'baseline', baseline, margin: marginOf(value) };
  return { kind: 'limit', limit: Number(value) };
}

const marginOf = (value: number | string): Margin =>
  typeof value === 'number'
    ? { kind: 'absolute', by: value }
    : { kind: 'relative', by: Number.parseFloat(value) / 100 };

function problemOf(against: Against, direction: Direction, kind: RuleKind): string | null {
  if (against.kind === 'limit') {
    const share = against.limit >= 0 && against.limit <= 1;
    return kind === 'rate' && !share ? 'expected a rate from 0 to 1' : null;
  }
  const { margin } = against;
  if (margin.kind === 'absolute') {
    return kind === 'rate' && margin.by > 1 ? 'expected a rate from 0 to 1, or a percentage' : null;
  }
  if (margin.by < 0) return 'expected 0% or more';
  return direction === 'higher' && margin.by >= 1 ? 'expected less than 100%' : null;
}

const refuse = (field: keyof WrittenLimit, message: string): Result<never, Refusal> =>
  err({ field, message });

interface WrittenQueries {
  readonly kind: RuleKind;
  readonly baseline?: BaselineKind | undefined;
  readonly baselineQuery?: string | undefined;
  readonly baselineTotal?: string | undefined;
}

/** A baseline's own query needs a baseline; events and trials are asked of the same side. */
export function strayQuery(metric: WrittenQueries): { path: string[]; message: string } | null {
  if (metric.baselineQuery !== undefined && metric.baseline === undefined) {
    return { path: ['baselineQuery'], message: 'expected only beside a baseline' };
  }
  if (metric.kind !== 'rate') return null;
  const { baselineQuery, baselineTotal } = metric;
  return (baselineQuery === undefined) === (baselineTotal === undefined)
    ? null
    : { path: ['baselineTotal'], message: 'expected together with baselineQuery' };
}

interface WrittenRounds {
  readonly kind: RuleKind;
  readonly failureLimit?: number;
  /** Milliseconds. */
  readonly step?: number | undefined;
}

/** What of a metric does not fit into the analysis' rounds; `null` where all does. `interval` is in milliseconds. */
export function unfitRounds(
  { kind, failureLimit = 0, step = 0 }: WrittenRounds,
  { count, interval }: { readonly count: number; readonly interval: number },
): { field: string; message: string } | null {
  if (kind === 'latency' && step > interval) {
    return { field: 'step', message: `expected at most the interval, ${interval} ms` };
  }
  // Without a round no analysis is, and `count` is refused itself.
  if (kind !== 'threshold' || count < 1 || failureLimit < count) return null;
  const message = `expected less than count, ${count}: else every round may be beyond the limit`;
  return { field: 'failureLimit', message };
}
