import type { Target } from '../../domain/model/target.js';
import type { HealthProbe, Observation, ProbeSubject } from '../../domain/ports/health-probe.js';
import { callFunction } from './call-function.js';

/**
 * Says whether a target is healthy. `false` or a throw is unhealthy, anything else
 * healthy; an error that says `transient: true` was kept from looking. It is asked
 * once, and what it says counts.
 *
 * @param target `null` where the service is checked as a whole
 */
export type CheckFunction = (
  target: Target | null,
  subject: Omit<ProbeSubject, 'target'> & { readonly signal: AbortSignal },
) => boolean | void | Promise<boolean | void>;

/** Lets a plain function be a check, named as the function is. */
export function functionProbe(
  check: CheckFunction,
  { timeoutMs = 5_000 }: { readonly timeoutMs?: number } = {},
): HealthProbe {
  const name = check.name === '' ? 'check' : check.name;
  return {
    ...{ name, kind: 'function', critical: true, timeoutMs },
    ...{ healthyThreshold: 1, unhealthyThreshold: 1, intervalMs: 1_000 },
    async observe({ target, ...subject }, signal): Promise<Observation> {
      const startedAt = performance.now();
      const told = await callFunction((stop) => check(target, { ...subject, signal: stop }), {
        ...{ name, timeoutMs, signal },
      });
      const latencyMs = Math.round(performance.now() - startedAt);
      if (told.ok)
        return { status: 'healthy', message: `${name} is content`, latencyMs, details: {} };
      const { kind, message, transient } = told.error;
      const looked = kind === 'timeout' || (kind !== 'aborted' && !transient);
      const status = looked ? 'unhealthy' : 'unknown';
      return { status, message: message.slice(0, 1_000), latencyMs, details: {} };
    },
  };
}
