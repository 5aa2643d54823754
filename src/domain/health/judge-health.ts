import type { CheckResult, HealthStatus, Verification } from '../model/verification.js';

/**
 * One judgement from many results: any critical unhealthy is unhealthy; else
 * what is not known (a critical check, or all of them) makes it unknown; else
 * anything short of healthy is degraded. No results at all is unknown too:
 * where checks were asked for, nothing passes in silence.
 */
export function judgeHealth(checks: readonly CheckResult[]): Verification {
  const status = statusOf(checks);
  return { status, reason: reasonFor(status, checks), checks };
}

/** The seed's contract: optimistic where no checker was configured at all. */
export const UNCHECKED: Verification = {
  status: 'healthy',
  reason: 'no checks are configured',
  checks: [],
};

function statusOf(checks: readonly CheckResult[]): HealthStatus {
  const critical = checks.filter((check) => check.critical);
  if (critical.some(({ status }) => status === 'unhealthy')) return 'unhealthy';
  if (critical.some(({ status }) => status === 'unknown')) return 'unknown';
  if (checks.every(({ status }) => status === 'unknown')) return 'unknown';
  return checks.every(({ status }) => status === 'healthy') ? 'healthy' : 'degraded';
}

function reasonFor(status: HealthStatus, checks: readonly CheckResult[]): string {
  if (checks.length === 0) return 'no check ran';
  const telling = checks.filter((check) => check.status !== 'healthy');
  if (telling.length === 0) return `${checks.length} of ${checks.length} checks healthy`;
  const worst = telling.filter((check) => check.status === status);
  const shown = (worst.length > 0 ? worst : telling).slice(0, 3).map(sentence).join('; ');
  return `${telling.length} of ${checks.length} checks not healthy: ${shown}`;
}

const sentence = ({ name, target, message }: CheckResult): string =>
  target === null ? `${name}: ${message}` : `${name} of ${target}: ${message}`;
