import type { ServiceRef, Version } from '../model/ids.js';
import type { Target } from '../model/target.js';
import type { CheckResult } from '../model/verification.js';

/** What a check is run against. */
export interface ProbeSubject extends ServiceRef {
  readonly version: Version | null;
  /** `null` for a library caller that checks the service as a whole. */
  readonly target: Target | null;
}

/** What one observation said; the checker adds the name and whether it is critical. */
export type Observation = Pick<CheckResult, 'status' | 'message' | 'latencyMs' | 'details'>;

/**
 * Runs one health check once. Answers `unhealthy` for what the target did wrong
 * and `unknown` for what kept the probe from looking; it does not throw.
 */
export interface HealthProbe {
  readonly name: string;
  readonly kind: string;
  /** Unhealthy and critical makes the whole unhealthy; otherwise only degraded. */
  readonly critical: boolean;
  /** The longest one observation may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How many observations in a row must agree before the probe's word counts; at least 1. */
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Between two observations, in milliseconds. */
  readonly intervalMs: number;
  observe(subject: ProbeSubject, signal: AbortSignal): Promise<Observation>;
}
