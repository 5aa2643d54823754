/** `unknown` is inconclusive: nothing was learnt, and nothing may be built on it. */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy' | 'unknown';

/** What one check said of one target, or of the service where the check has no target. */
export interface CheckResult {
  readonly name: string;
  readonly target: string | null;
  readonly status: HealthStatus;
  readonly critical: boolean;
  readonly message: string;
  readonly latencyMs: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

/** The judgement on a deployment's health, with what it rests on. */
export interface Verification {
  readonly status: HealthStatus;
  readonly reason: string;
  readonly checks: readonly CheckResult[];
}

/** The targets of which the checks said something for certain, and whether it was that they are bad. */
export function verdicts({ checks }: Verification): ReadonlyMap<string, boolean> {
  const bad = new Map<string, boolean>();
  for (const { target, critical, status } of checks) {
    if (target === null || status === 'unknown') continue;
    bad.set(target, (bad.get(target) ?? false) || (critical && status === 'unhealthy'));
  }
  return bad;
}
