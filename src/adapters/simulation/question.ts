import type { AnalysisSpec, MetricRule } from '../../domain/model/plan/analysis-spec.js';
import type { TargetId, Version } from '../../domain/model/ids.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { MetricQuery } from '../../domain/ports/metric-source.js';

/** What a query is about: which metric, which part of it, and which side. */
export interface Question {
  readonly analysis: AnalysisSpec;
  readonly rule: MetricRule;
  /** `total`: what a rate is counted among. */
  readonly part: 'query' | 'total';
  readonly side: 'canary' | 'baseline';
}

/** Of a deployment, and of what its targets really run by now. */
export interface Asked {
  readonly deployment: Deployment;
  readonly source: string;
  readonly runs: ReadonlyMap<TargetId, Version | null>;
}

/**
 * Which metric of the plan asks so; `undefined` where none does. A query that
 * says the same for both sides is answered for the new version's, as a real
 * source would give both the same.
 */
export function questionOf(asked: Asked, query: MetricQuery): Question | undefined {
  for (const analysis of asked.deployment.plan.analyses) {
    for (const rule of analysis.metrics) {
      if (rule.source !== asked.source) continue;
      for (const { part, template, side } of templatesOf(rule)) {
        const found = matched(template, query.query);
        if (found === null) continue;
        return { analysis, rule, part, side: side ?? sideOf(asked, query, found) };
      }
    }
  }
  return undefined;
}

interface Template extends Pick<Question, 'part'> {
  readonly template: string;
  /** `null`: what fills its placeholders tells. */
  readonly side: Question['side'] | null;
}

function templatesOf(rule: MetricRule): readonly Template[] {
  const { query, baselineQuery } = rule;
  const side = baselineQuery === undefined ? null : 'canary';
  const queries = { part: 'query', template: query, side } as const;
  const totals =
    rule.kind === 'rate' ? [{ part: 'total', template: rule.total, side } as const] : [];
  const own = { part: 'query', template: baselineQuery ?? '', side: 'baseline' } as const;
  const ownTotal = rule.kind === 'rate' ? rule.baselineTotal : undefined;
  return [
    queries,
    ...totals,
    ...(baselineQuery === undefined ? [] : [own]),
    ...(ownTotal === undefined ? [] : [{ ...own, part: 'total', template: ownTotal } as const]),
  ];
}

const PLACEHOLDER = /\{\{([A-Za-z]\w*)\}\}|\{([A-Za-z]\w*)\}/g;

/** The values that a query has where its template has placeholders; `null` where it is of another template. */
function matched(template: string, query: string): ReadonlyMap<string, string> | null {
  const names: string[] = [];
  let pattern = '';
  let from = 0;
  for (const { 0: whole, 1: literal, 2: name = '', index } of template.matchAll(PLACEHOLDER)) {
    pattern += escaped(template.slice(from, index));
    if (literal === undefined) names.push(name);
    pattern += literal === undefined ? '([^]*?)' : escaped(`{${literal}}`);
    from = index + whole.length;
  }
  const match = new RegExp(`^${pattern}${escaped(template.slice(from))}$`).exec(query);
  return match && new Map(names.map((name, at) => [name, match[at + 1] ?? '']));
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

function sideOf(
  { deployment, runs }: Asked,
  { end }: MetricQuery,
  values: ReadonlyMap<string, string>,
): Question['side'] {
  const { createdAt, version, plan } = deployment;
  // Only a previous deployment's own time lies before this one.
  if (end < createdAt) return 'baseline';
  const said = values.get('version');
  if (said !== undefined) return said === version ? 'canary' : 'baseline';
  const [ids, addresses, colours] = ['targets', 'addresses', 'colour'].map((name) =>
    listed(values.get(name)),
  );
  const named = plan.targets.filter(
    ({ id, address, metadata: { colour } }) =>
      ids?.has(id) || addresses?.has(address) || (colour !== undefined && colours?.has(colour)),
  );
  const anyNew = named.some(({ id }) => runs.get(id) === version);
  return named.length > 0 && !anyNew ? 'baseline' : 'canary';
}

/** A rendered list is `a|b`, with what means something to a regular expression in brackets. */
const listed = (value: string | undefined): ReadonlySet<string> =>
  new Set(
    value === undefined
      ? []
      : value.split(/\|(?!\])/).map((item) => item.replaceAll(/\[(.)\]/g, '$1')),
  );
