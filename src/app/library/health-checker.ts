import { systemClock } from '../../adapters/system/system-clock.js';
import { HealthChecker as CheckerOverClock } from '../../domain/health/health-checker.js';
import {
  DEFAULT_ENVIRONMENT,
  environmentName,
  serviceName,
  version as versionOf,
} from '../../domain/model/ids.js';
import type { Verification } from '../../domain/model/verification.js';
import type { HealthProbe, ProbeSubject } from '../../domain/ports/health-probe.js';
import { readTarget, type TargetOption } from './target-options.js';

/** What checks are run against; everything may be left out. */
export interface CheckSubject {
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  /** What should run there: `{version}` in a check. */
  readonly version?: string | null | undefined;
  /** Without one the service is checked as a whole. */
  readonly target?: TargetOption | null | undefined;
}

/** Runs checks and gives one judgement, by the system's clock. */
export class HealthChecker extends CheckerOverClock {
  constructor(...probes: HealthProbe[]) {
    super(systemClock, probes);
  }

  /**
   * One check after the other, one subject after the other.
   *
   * @throws TypeError where a subject names something that is no name
   */
  override async runAll(
    subjects: readonly CheckSubject[] = [{}],
    signal?: AbortSignal,
  ): Promise<Verification> {
    return super.runAll(subjects.map(subjectOf), signal);
  }

  /** @throws TypeError where a subject names something that is no name */
  override async runAllConcurrently(
    subjects: readonly CheckSubject[] = [{}],
    signal?: AbortSignal,
  ): Promise<Verification> {
    return super.runAllConcurrently(subjects.map(subjectOf), signal);
  }
}

function subjectOf(
  { service = 'service', environment = DEFAULT_ENVIRONMENT, version, target }: CheckSubject,
  at: number,
): ProbeSubject {
  return {
    service: serviceName(service),
    environment: environmentName(environment),
    version: version === undefined || version === null ? null : versionOf(version),
    target:
      target === undefined || target === null ? null : readTarget(target, `subjects.${at}.target`),
  };
}
