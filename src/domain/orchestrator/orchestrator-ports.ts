import type { ConfigurationsInForce } from '../fleet/approval-in-force.js';
import type { HealthChecker } from '../health/health-checker.js';
import type { Deployment } from '../model/deployment/deployment.js';
import type { Calendar } from '../ports/calendar.js';
import type { Clock } from '../ports/clock.js';
import type { DeploymentIndex } from '../ports/deployment-index.js';
import type { DeploymentStore } from '../ports/deployment-store.js';
import type { FlagStore } from '../ports/flag-store.js';
import type { Log } from '../ports/log.js';
import type { MetricSource } from '../ports/metric-source.js';
import type { TargetDriver } from '../ports/target-driver.js';
import type { TrafficRouter } from '../ports/traffic-router.js';
import type { Result } from '../model/result.js';
import type { DeploymentId } from '../model/ids.js';
import type { WorkOwed } from '../model/deployment/work-owed.js';

/** What carrying out deployments needs from the world. */
export interface OrchestratorPorts {
  readonly store: DeploymentStore;
  readonly index: DeploymentIndex;
  readonly clock: Clock;
  /** Knows when deployment windows are open. */
  readonly calendar: Calendar;
  readonly log: Log;
  /** Driver and checks come from this worker's configuration, or there is a sentence why not. */
  readonly runtimeOf: (deployment: Deployment) => Result<ServiceRuntime, string>;
  /** Publishes the job owed; publishing it twice is one job. */
  readonly publish: (work: WorkOwed) => Promise<void>;
  /**
   * Aborts when work on the deployment is published from now on: whoever waits for it
   * in the process, without a queue, need not wait any longer.
   */
  readonly woken?: (id: DeploymentId) => AbortSignal;
  /** Names this worker in leases and events; unique per process. */
  readonly worker: string;
  /** How long a worker that went silent keeps its claim, in milliseconds. */
  readonly leaseMs: number;
  /**
   * Where the service has no checks, the pass that ends the last step judges it
   * too, in the same write. Who has no queue asks for the verification by itself.
   */
  readonly judgesAtOnce?: boolean;
  /** What is configured now; without it, what was planned is what approvals are judged by. */
  readonly configurations?: ConfigurationsInForce;
}

export interface ServiceRuntime {
  readonly driver: TargetDriver;
  /** `null` where the service has no checks: then verification is optimistic. */
  readonly checker: HealthChecker | null;
  /** `null` where nothing moves the service's traffic: then its targets are replaced where they serve. */
  readonly router?: TrafficRouter | null;
  readonly flags?: FlagStore | null;
  /** The metric source configured under a name. */
  readonly metrics?: (name: string) => MetricSource | undefined;
}

/** How a worker is told to stop: first to begin nothing new, later to end what it began. */
export interface StopSignals {
  readonly draining: AbortSignal;
  readonly abort: AbortSignal;
}
