import type {
  SimulatedMetrics,
  SimulatedValue,
} from '../../contracts/simulation/metrics.schema.js';
import type { TargetId, Version } from '../../domain/model/ids.js';
import { numberOf } from '../../domain/model/metric-value.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { MetricAnswer, MetricQuery, MetricSource } from '../../domain/ports/metric-source.js';
import { err, ok, type Result } from '../../domain/model/result.js';
import { type Question, questionOf } from './question.js';
import { drawBinomial, drawNormal, seeded } from './seeded.js';
import { usualValue } from './usual-value.js';
import type { MetricFailure } from '../../domain/model/deployment/measurement.js';

export interface SimulatedMetricsOptions {
  /** What really runs where: it tells whose targets a query is about. */
  readonly runs: ReadonlyMap<TargetId, Version | null>;
  /** By the name of the metric; what is not given is usual. */
  readonly data?: SimulatedMetrics;
  readonly seed?: string | number;
  /** Whether the new version's usual value of this metric is a bad one. */
  readonly bad?: (metric: string) => boolean;
  /** Whether the source does not answer this time. */
  readonly down?: (source: string) => boolean;
}

type Answer = Result<MetricAnswer, MetricFailure>;
type Round = Question & { readonly round: number };

const NOTHING: Answer = ok({ values: [], notNumbers: 0, series: 0 });
/** Events that a rate given as a share is of, each round. */
const TRIALS = 1_000;

/** Metric sources that answer from given data. They know a metric by the query that its rule asks. */
export class SimulatedMetricSources {
  readonly #options: Required<SimulatedMetricsOptions>;
  /** The times that were asked about, of each metric and side: the n-th is its n-th round. */
  readonly #rounds = new Map<string, number[]>();

  constructor(options: SimulatedMetricsOptions) {
    this.#options = { data: {}, seed: 1, bad: () => false, down: () => false, ...options };
  }

  sourceFor(deployment: Deployment, name: string): MetricSource {
    return {
      kind: 'simulated',
      query: async (query) => {
        if (this.#options.down(name)) return down(name);
        const { runs } = this.#options;
        const question = questionOf({ deployment, source: name, runs }, query);
        return question === undefined
          ? NOTHING
          : this.#answer(name, query, this.#inRound(deployment, question, query));
      },
    };
  }

  #answer(source: string, query: MetricQuery, round: Round): Answer {
    const { value, given } = this.#valueOf(round);
    if (value === 'down') return down(source);
    if (value === 'none') return NOTHING;
    if (value === 'NaN') return ok({ values: [], notNumbers: 1, series: 1 });
    const words = [this.#options.seed, round.rule.name, given ? round.side : 'usual', round.round];
    const values =
      round.rule.kind === 'rate'
        ? [counted(round, value, words)]
        : pointsOf(query, round).map((point) => drawn(value, [...words, point]));
    return ok({ values, notNumbers: 0, series: 1 });
  }

  /** Both sides draw the same usual values: then neither is ever worse by chance. */
  #valueOf({ rule, side, round }: Round): { value: SimulatedValue; given: boolean } {
    const series = this.#options.data[rule.name]?.[side];
    const value = series?.[round - 1] ?? series?.at(-1);
    if (value !== undefined) return { value, given: true };
    const bad = side === 'canary' && this.#options.bad(rule.name);
    return { value: usualValue(rule, bad), given: false };
  }

  #inRound({ id }: Deployment, question: Question, { end }: MetricQuery): Round {
    const { rule, part, side } = question;
    const key = [id, rule.name, part, side].join(' ');
    const ends = this.#rounds.get(key) ?? [];
    if (!ends.includes(end)) this.#rounds.set(key, [...ends, end]);
    const at = ends.indexOf(end);
    return { ...question, round: at < 0 ? ends.length + 1 : at + 1 };
  }
}

const down = (source: string): Answer =>
  err({ code: 'metric/unreachable', message: `the simulated source ${source} does not answer` });

type Words = readonly (string | number)[];
type Figure = Exclude<SimulatedValue, 'none' | 'down' | 'NaN'>;

function counted({ part, analysis, rule }: Round, value: Figure, words: Words): number {
  if (typeof value === 'object' && 'trials' in value) {
    const { trials, rate } = value;
    return part === 'total' ? trials : drawBinomial(seeded(...words), trials, rate);
  }
  // Enough that a metric is not short of data in all its rounds.
  const trials = Math.max(TRIALS, Math.ceil(rule.minSamples / analysis.count));
  if (part === 'total') return trials;
  if (isWritten(value)) return numberOf(value);
  return trials * Math.min(1, Math.max(0, drawn(value, words)));
}

const isWritten = (value: Figure): value is '+Inf' | '-Inf' => typeof value === 'string';

function drawn(value: Figure, words: Words): number {
  if (typeof value === 'number' || isWritten(value)) return numberOf(value);
  return 'trials' in value
    ? drawBinomial(seeded(...words), value.trials, value.rate) / Math.max(1, value.trials)
    : drawNormal(seeded(...words), value.mean, value.deviation);
}

/** A range has a value at its start and at every step to its end. */
function pointsOf({ kind, start, end, stepMs }: MetricQuery, { rule }: Round): readonly number[] {
  const points =
    kind === 'range' && rule.kind === 'latency' ? Math.floor((end - start) / stepMs) : 0;
  return Array.from({ length: points + 1 }, (_, at) => at);
}
