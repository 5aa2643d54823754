import { hasLabels, type Labels, type PolicySubject } from './subject.js';

/** At most so many deployments at once in an environment, or of services labelled so. */
export type Limit =
  | { readonly environment: string; readonly most: number }
  /** Of services that have all of these; one as a rule. */
  | { readonly label: Labels; readonly most: number };

/** A limit as the claim counts it: whoever holds a slot under the same key takes one place. */
export interface LimitKey {
  /** `environment:production` or `label:tier=db` */
  readonly key: string;
  readonly most: number;
}

/** The limits that one deployment counts against, each key once and with its smallest number. */
export function limitsOf(
  limits: readonly Limit[],
  subject: Omit<PolicySubject, 'service'>,
): readonly LimitKey[] {
  const most = new Map<string, number>();
  for (const limit of limits.filter((each) => concerns(each, subject))) {
    const key = keyOf(limit);
    most.set(key, Math.min(limit.most, most.get(key) ?? limit.most));
  }
  return [...most].map(([key, number]) => ({ key, most: number }));
}

const concerns = (
  limit: Limit,
  { environment, labels }: Omit<PolicySubject, 'service'>,
): boolean =>
  'environment' in limit ? limit.environment === environment : hasLabels(labels, limit.label);

function keyOf(limit: Limit): string {
  if ('environment' in limit) return `environment:${limit.environment}`;
  const pairs = Object.entries(limit.label).map(([name, value]) => `${name}=${value}`);
  return `label:${pairs.toSorted().join(',')}`;
}
