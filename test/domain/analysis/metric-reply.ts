import { err, ok } from '../../../src/domain/model/result.js';
import type {
  MetricAnswer,
  MetricQuery,
  MetricSource,
} from '../../../src/domain/ports/metric-source.js';
import { beginAnalysis } from '../../../src/domain/model/deployment/analysis-progress.js';
import type { MetricRule } from '../../../src/domain/model/plan/analysis-spec.js';
import { measure } from '../../../src/domain/analysis/measure.js';
import { analysis, subject } from './analysis-fixtures.js';

export type Reply = MetricAnswer | readonly number[] | Error | 'down';

/** Answers by the text of the query; what it was asked is kept. */
export function source(replies: Readonly<Record<string, Reply>>, kind = 'prometheus') {
  const asked: MetricQuery[] = [];
  const port: MetricSource = {
    kind,
    query: async (query) => {
      asked.push(query);
      const reply = replies[query.query] ?? [];
      if (reply instanceof Error) throw reply;
      if (reply === 'down') return err({ code: 'metric/unreachable', message: 'refused' });
      if ('series' in reply) return ok(reply);
      return ok({ values: reply, notNumbers: 0, series: reply.length });
    },
  };
  return { asked, port };
}

export const { signal }: { readonly signal: AbortSignal } = new AbortController();
export const absolute = { kind: 'limit', limit: 1 } as const;
export const previous = {
  kind: 'baseline',
  baseline: 'previous',
  margin: { kind: 'relative', by: 0.1 },
} as const;

export async function round(
  rule: MetricRule,
  port: MetricSource,
  changes: Partial<typeof subject> = {},
) {
  const spec = analysis([rule]);
  const progress = beginAnalysis(spec, 0);
  const of = { ...subject, ...changes };
  const taken = await measure(spec, progress, () => port, of, 10_000, signal);
  return { taken, canary: taken.metrics[0]?.canary, baseline: taken.metrics[0]?.baseline };
}
