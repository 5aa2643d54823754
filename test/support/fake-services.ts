import type { z } from 'zod';
import { TargetSchema } from '../../src/contracts/values/schemas.js';
import type { ServiceRef, Version } from '../../src/domain/model/ids.js';
import { HealthChecker } from '../../src/domain/health/health-checker.js';
import type {
  OrchestratorPorts,
  ServiceRuntime,
} from '../../src/domain/orchestrator/orchestrator-ports.js';
import type { AnalysisSpec } from '../../src/domain/model/plan/analysis-spec.js';
import type { LimitKey } from '../../src/domain/model/plan/limits.js';
import { DEFAULT_POLICY, type Policy } from '../../src/domain/model/plan/policy.js';
import type { Evidence, Target } from '../../src/domain/model/target.js';
import type { HealthProbe, Observation } from '../../src/domain/ports/health-probe.js';
import type { PlanOverrides, ServiceCatalog } from '../../src/domain/manager/service-catalog.js';
import type {
  DriverCall,
  DriverFailure,
  TargetDriver,
  UnsettledCall,
} from '../../src/domain/ports/target-driver.js';
import { ok, type Result } from '../../src/domain/model/result.js';
import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { aTarget } from './fixtures.js';

export type Answer = Result<Evidence, DriverFailure>;
export type Apply = (call: DriverCall, signal: AbortSignal) => Promise<Answer> | Answer;

export const fine: Answer = ok({});
export const broken = (message: string, transient = false): Answer => ({
  ok: false,
  error: { code: transient ? 'driver/unreachable' : 'driver/rejected', message, transient },
});

/** A driver that does what a test says, and remembers every call with its beginning and end. */
export class FakeDriver implements TargetDriver {
  readonly kind = 'fake';
  readonly fences = true;
  readonly timeoutMs = 1_000;
  removes = false;
  readonly calls: DriverCall[] = [];
  readonly settled: UnsettledCall[] = [];
  /** `begin web-1 1.0.0`, `end web-1 1.0.0` …, in the order in which it happened. */
  readonly ledger: string[] = [];
  readonly runs = new Map<string, Version | null>();
  onApply: Apply = () => fine;
  onSettle: (call: UnsettledCall) => number = () => 0;

  async apply(call: DriverCall, signal: AbortSignal): Promise<Answer> {
    const name = `${call.target.id} ${call.version}`;
    this.calls.push(call);
    this.ledger.push(`begin ${name}`);
    const answer = await this.onApply(call, signal);
    if (answer.ok) this.runs.set(call.target.id, call.version);
    this.ledger.push(`end ${name}`);
    return answer;
  }

  async settle(call: UnsettledCall): Promise<number> {
    this.settled.push(call);
    return this.onSettle(call);
  }
}

export const aProbe = (
  observe: HealthProbe['observe'],
  probe: Partial<HealthProbe> = {},
): HealthProbe => ({
  name: 'up',
  kind: 'fake',
  critical: true,
  timeoutMs: 1_000,
  healthyThreshold: 1,
  unhealthyThreshold: 1,
  intervalMs: 1,
  ...probe,
  observe,
});

export const saw = (status: Observation['status'], message: string = status): Observation => ({
  status,
  message,
  latencyMs: 1,
  details: {},
});

export interface FakeServicesOptions {
  readonly driver: TargetDriver;
  readonly probes?: readonly HealthProbe[];
  readonly targets?: readonly string[];
  /** The same, with all that is said of each. */
  readonly placed?: readonly z.input<typeof TargetSchema>[];
  readonly strategy?: StrategySpec;
  readonly policy?: Partial<Policy>;
  /** What one service has of its own. */
  readonly policyOf?: (ref: ServiceRef) => Partial<Policy>;
  readonly limits?: readonly LimitKey[];
  readonly analyses?: readonly AnalysisSpec[];
  /** Router, flags and metric sources. */
  readonly runtime?: Partial<ServiceRuntime>;
}

/** Every service there is, all configured alike. */
export class FakeServices implements ServiceCatalog {
  readonly #options: FakeServicesOptions;

  constructor(options: FakeServicesOptions) {
    this.#options = options;
  }

  resolve(ref: ServiceRef, version: Version, overrides: PlanOverrides) {
    const { driver, probes = [], targets = ['web-1', 'web-2', 'web-3'], policy } = this.#options;
    const { limits = [], analyses = [], runtime, policyOf } = this.#options;
    const placed = this.#options.placed?.map((each) => TargetSchema.parse(each));
    const chosen: readonly Target[] = overrides.targets ?? placed ?? targets.map(aTarget);
    return ok({
      ref,
      version,
      strategy: overrides.strategy ?? this.#options.strategy ?? { kind: 'rolling' as const },
      targets: chosen,
      ...(overrides.targets === undefined && { configured: chosen }),
      checks: probes.map(({ name, kind, critical }) => ({ name, kind, critical })),
      driver: { kind: driver.kind, fences: driver.fences, removes: driver.removes },
      driverTimeoutMs: driver.timeoutMs,
      router: runtime?.router?.kind ?? null,
      flags: runtime?.flags?.kind ?? null,
      limits,
      analyses,
      policy: { ...DEFAULT_POLICY, ...policy, ...policyOf?.(ref) },
    });
  }

  runtimeOf: OrchestratorPorts['runtimeOf'] = () => {
    const { driver, probes = [] } = this.#options;
    const checker = probes.length === 0 ? null : new HealthChecker(systemClock, probes);
    return ok({ driver, checker, ...this.#options.runtime });
  };
}
