/** A request of a load; `null` while it is under way. */
export interface LoadedRequest {
  outcome: LoadOutcome | null;
}

export type LoadOutcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly latencyMs: number;
    }
  | { readonly kind: 'error'; readonly reason: string }
  | { readonly kind: 'unsent' };

export interface LoadCounts {
  /** Requests that have ended, one way or the other. */
  readonly requests: number;
  /** Any that got no 2xx. */
  readonly failures: number;
  /** How many failed why: `500 injected`, `ECONNREFUSED`. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  /** By the version that answered, errors included; `?` for an answer that names none. */
  readonly versions: Readonly<Record<string, VersionCounts>>;
  /** Due, but there were too many under way. No failure of the server's, and no proof of its health. */
  readonly unsent: number;
}

export interface VersionCounts {
  readonly requests: number;
  readonly failures: number;
  /** From sending to the end of the answer, of answers with 2xx. */
  readonly latenciesMs: readonly number[];
}

type Answer = Extract<LoadOutcome, { kind: 'answer' }>;

export function countsOf(requests: readonly LoadedRequest[]): LoadCounts {
  const outcomes = requests.flatMap(({ outcome }) => (outcome === null ? [] : [outcome]));
  const answers = outcomes.filter((outcome) => outcome.kind === 'answer');
  const errors = outcomes.filter((outcome) => outcome.kind === 'error');
  const reasons = [
    ...answers.filter(isFailure).map(reasonOf),
    ...errors.map(({ reason }) => reason),
  ];
  return {
    requests: answers.length + errors.length,
    failures: reasons.length,
    reasons: tally(reasons),
    statuses: tally(answers.map(({ status }) => String(status))),
    versions: byVersion(answers),
    unsent: outcomes.length - answers.length - errors.length,
  };
}

const isFailure = ({ status }: Answer): boolean => status < 200 || status >= 300;

function byVersion(answers: readonly Answer[]): LoadCounts['versions'] {
  const groups = new Map<string, Answer[]>();
  for (const answer of answers) {
    const version = field(answer, 'version') ?? '?';
    const group = groups.get(version) ?? [];
    groups.set(version, group);
    group.push(answer);
  }
  return Object.fromEntries(
    [...groups].map(([version, group]) => [
      version,
      {
        requests: group.length,
        failures: group.filter(isFailure).length,
        latenciesMs: group.filter((one) => !isFailure(one)).map(({ latencyMs }) => latencyMs),
      },
    ]),
  );
}

function reasonOf(answer: Answer): string {
  const error = field(answer, 'error');
  return error === null ? String(answer.status) : `${answer.status} ${error}`;
}

function field({ body }: Answer, name: string): string | null {
  try {
    const value: unknown = (JSON.parse(body) as Record<string, unknown> | null)?.[name];
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

function tally(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
