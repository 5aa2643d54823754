import type { CheckSummary } from '../model/plan/deployment-plan.js';
import type { Clock } from '../ports/clock.js';
import type { HealthProbe, Observation, ProbeSubject } from '../ports/health-probe.js';
import { judgeHealth } from './judge-health.js';
import type { CheckResult, Verification } from '../model/verification.js';

/** Subjects looked at side by side: enough to be quick, few enough not to be a load test. */
const SIDE_BY_SIDE = 16;
/** A check that flaps would never agree with itself: after so many times its thresholds it is inconclusive. */
const PATIENCE = 10;

/** Runs a service's checks and gives one judgement. */
export class HealthChecker {
  readonly #clock: Clock;
  readonly #probes: HealthProbe[] = [];

  constructor(clock: Clock, probes: readonly HealthProbe[] = []) {
    this.#clock = clock;
    this.#probes.push(...probes);
  }

  /** What it will look at, in the order in which it was added. */
  get checks(): readonly CheckSummary[] {
    return this.#probes.map(({ name, kind, critical }) => ({ name, kind, critical }));
  }

  addCheck(probe: HealthProbe): this {
    this.#probes.push(probe);
    return this;
  }

  /** One check after the other, one subject after the other. */
  async runAll(
    subjects: readonly ProbeSubject[],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Verification> {
    return judgeHealth(await this.#results(subjects, signal, 1));
  }

  async runAllConcurrently(
    subjects: readonly ProbeSubject[],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Verification> {
    return judgeHealth(await this.#results(subjects, signal, SIDE_BY_SIDE));
  }

  async #results(
    subjects: readonly ProbeSubject[],
    signal: AbortSignal,
    width: number,
  ): Promise<readonly CheckResult[]> {
    const pairs = subjects.flatMap((subject) => this.#probes.map((probe) => ({ probe, subject })));
    const results: CheckResult[] = [];
    const queue = pairs.entries();
    const lane = async (): Promise<void> => {
      for (const [at, { probe, subject }] of queue) {
        results[at] = await this.#settle(probe, subject, signal);
      }
    };
    await Promise.all(Array.from({ length: Math.min(width, pairs.length) }, lane));
    return results;
  }

  /** Observes until as many in a row agree as the probe asks for. */
  async #settle(
    probe: HealthProbe,
    subject: ProbeSubject,
    signal: AbortSignal,
  ): Promise<CheckResult> {
    let run = 0;
    let last: boolean | null = null;
    const most = PATIENCE * (probe.healthyThreshold + probe.unhealthyThreshold);
    for (let count = 1; ; count++) {
      const seen = await observe(probe, subject, signal);
      const good = seen.status === 'healthy' || seen.status === 'degraded';
      run = good === last ? run + 1 : 1;
      last = good;
      const enough = run >= (good ? probe.healthyThreshold : probe.unhealthyThreshold);
      if (enough || signal.aborted) return this.#result(probe, subject, seen);
      if (count >= most) {
        const message = `no agreement in ${count} observations, the last: ${seen.message}`;
        return this.#result(probe, subject, unknown(message));
      }
      await this.#clock.sleep(probe.intervalMs, signal);
    }
  }

  #result({ name, critical }: HealthProbe, subject: ProbeSubject, seen: Observation): CheckResult {
    return { name, critical, target: subject.target?.id ?? null, at: this.#clock.now(), ...seen };
  }
}

/** A probe that breaks its promise not to throw has learnt nothing. */
async function observe(
  probe: HealthProbe,
  subject: ProbeSubject,
  signal: AbortSignal,
): Promise<Observation> {
  if (signal.aborted) return unknown('stopped before it was observed');
  try {
    return await probe.observe(subject, signal);
  } catch (error) {
    return unknown(`the probe failed: ${String(error)}`);
  }
}

const unknown = (message: string): Observation => ({
  status: 'unknown',
  message,
  latencyMs: 0,
  details: {},
});
