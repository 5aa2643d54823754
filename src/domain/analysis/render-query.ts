import type { Target } from '../model/target.js';
import { err, ok, type Result } from '../model/result.js';
import type { AnalysisSubject } from './analysis-subject.js';

/** `{{name}}` stands for a literal `{name}`; braces around anything else are the query's own, as PromQL has them. */
const PLACEHOLDER = /\{\{([A-Za-z]\w*)\}\}|\{([A-Za-z]\w*)\}/g;
const NAMES = [
  'service',
  'environment',
  'version',
  'previousVersion',
  'targets',
  'addresses',
  'baseline',
  'colour',
  'window',
  'step',
] as const;
type PlaceholderName = (typeof NAMES)[number];

/** Whom a query is about: `version`, `targets`, `addresses` and `colour` are this side's. */
export type Side = 'canary' | 'baseline';

export interface QueryContext {
  readonly subject: AnalysisSubject;
  readonly side: Side;
  /** This side's; those of a `previous` baseline are the same places as the new version's. */
  readonly targets: readonly Target[];
  /** Milliseconds that the query looks back; written in whole seconds, at least one. */
  readonly window: number;
  readonly step: number;
  /** `regex`: a list is `a|b` with its metacharacters in brackets. `url`: every value percent-encoded, a list with commas. */
  readonly quoting: 'regex' | 'url';
}

/** A sentence on what is wrong with a template, whatever the values; `null` when nothing is. */
export function queryProblem(template: string): string | null {
  const known: readonly string[] = NAMES;
  const unknown = placeholders(template).find((name) => !known.includes(name));
  if (unknown === undefined) return null;
  const choice = NAMES.map((name) => `{${name}}`).join(' ');
  return `{${unknown}} is no placeholder; there are ${choice}, and {{${unknown}}} for the text itself`;
}

/** Every placeholder with its value; an error names the one that has none, or none that is safe in a query. */
export function renderQuery(template: string, context: QueryContext): Result<string, string> {
  const problem = queryProblem(template);
  if (problem !== null) return err(problem);
  const values = new Map<string, string>();
  const used = placeholders(template);
  for (const name of NAMES.filter((one) => used.includes(one))) {
    const value = valueOf(name, context);
    if (!value.ok) return value;
    values.set(name, value.value);
  }
  return ok(
    template.replaceAll(PLACEHOLDER, (_, literal?: string, name = '') =>
      literal === undefined ? String(values.get(name)) : `{${literal}}`,
    ),
  );
}

const placeholders = (template: string): readonly string[] =>
  [...template.matchAll(PLACEHOLDER)].flatMap(([, , name]) => (name === undefined ? [] : [name]));

function valueOf(name: PlaceholderName, context: QueryContext): Result<string, string> {
  const { subject, side, targets, quoting } = context;
  switch (name) {
    case 'service':
    case 'environment':
      return plain(subject[name], name, quoting);
    case 'version':
      return known(side === 'canary' ? subject.version : subject.previousVersion, name, quoting);
    case 'previousVersion':
      return known(subject.previousVersion, name, quoting);
    case 'targets':
      return list(
        targets.map(({ id }) => id),
        name,
        quoting,
      );
    case 'addresses':
      return list(
        targets.map(({ address }) => address),
        name,
        quoting,
      );
    case 'baseline':
      return list(
        subject.baseline.map(({ id }) => id),
        name,
        quoting,
      );
    case 'colour':
      return list(
        [...new Set(targets.flatMap(({ metadata }) => metadata['colour'] ?? []))],
        name,
        quoting,
      );
    case 'window':
      return ok(seconds(context.window));
    case 'step':
      return ok(seconds(context.step));
  }
}

const seconds = (ms: number): string => `${Math.max(1, Math.round(ms / 1_000))}s`;

/** What ends a string of PromQL, or means more than itself in one that is a regular expression. */
const QUERY_SYNTAX = /["'`\\^$*?|()[\]{}]/;

/** Names have none of these; a version may, and whether it stands in `=` or `=~` is not known here. */
function plain(
  value: string,
  name: string,
  quoting: QueryContext['quoting'],
): Result<string, string> {
  if (quoting === 'regex') {
    return QUERY_SYNTAX.test(value)
      ? err(`{${name}} would put ${JSON.stringify(value)} into the query`)
      : ok(value);
  }
  // A path would climb over it, encoded or not.
  return /^\.+$/.test(value) ? err(`${value} is no part of a path`) : ok(encodeURIComponent(value));
}

const known = (
  value: string | null,
  name: string,
  quoting: QueryContext['quoting'],
): Result<string, string> =>
  value === null
    ? err(`{${name}} has no value: no old version is known`)
    : plain(value, name, quoting);

function list(
  values: readonly string[],
  name: string,
  quoting: QueryContext['quoting'],
): Result<string, string> {
  if (values.length === 0) return err(`{${name}} has no value: there are no such targets`);
  if (quoting === 'url') return ok(values.map((value) => encodeURIComponent(value)).join(','));
  // Brackets and not backslashes, which a string would need doubled; what brackets can't hold is in no name and no honest address.
  const unsafe = values.find((value) => /["'`\\^\s]/.test(value) || value === '');
  if (unsafe !== undefined)
    return err(`{${name}} would put ${JSON.stringify(unsafe)} into the query`);
  return ok(values.map((value) => value.replaceAll(/[.*+?()|[\]{}$]/g, '[$&]')).join('|'));
}
