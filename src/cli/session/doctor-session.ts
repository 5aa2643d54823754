import type { AuditSource } from '../../domain/ports/audit-source.js';
import type { Diagnosis } from '../../domain/ports/diagnosis.js';
import type { ConnectionFlags } from './connection-flags.js';
import type { LeftTargets } from '../../domain/audit/left-targets.js';
import type { DriftReport } from '../../domain/audit/find-drift.js';
import type { ConfigurationChange } from '../../domain/fleet/configuration-change.js';
import type { WorkerSign } from '../../domain/fleet/worker-sign.js';
import type { ServiceRef } from '../../domain/model/ids.js';
import type { HeldTarget } from '../../domain/ports/target-driver.js';
import type { Result } from '../../domain/model/result.js';

/** What came of asking the routers; `null` without a configuration, a sentence where it can't be used. */
export type Drifts = Result<DriftReport | null, string>;

/**
 * What a server lets those do who bring no credentials, in a sentence; `null` without a
 * configuration, an error where none would start.
 */
export type ToldAccess = Result<string | null, string>;

export interface ChangedPlan extends ServiceRef {
  readonly id: string;
  readonly change: ConfigurationChange;
}

/** A secret that is not there, and why. */
export interface LackedSecret {
  readonly field: string;
  readonly reason: string;
}

/** What the doctor looks at; it changes nothing. */
export interface DoctorSession {
  readonly audit: AuditSource;
  diagnose(): Promise<Diagnosis>;
  /**
   * Whether the routers of a configuration do what services declare: `null` where
   * there is no configuration, and why where it can't be used.
   */
  drift(config: string | undefined, signal: AbortSignal): Promise<Drifts>;
  /** What the workers say of themselves. */
  workers(): Promise<readonly WorkerSign[]>;
  /** Open deployments whose service is configured otherwise now than when they were planned. */
  changedPlans(): Promise<readonly ChangedPlan[]>;
  /** Targets that left the configuration and may still run something; without one, those that a deployment found so. */
  left(config: string | undefined): Promise<readonly LeftTargets[]>;
  /** What the drivers of a configuration run on this machine that nothing is recorded of. */
  unknown(config: string | undefined): Promise<readonly HeldTarget[]>;
  /** Secrets that the configuration names and that are not there for this process. */
  missingSecrets(config: string | undefined): Promise<readonly LackedSecret[]>;
  /** What a server of a configuration, started on loopback, lets those do who bring no credentials. */
  access(config: string | undefined): Promise<ToldAccess>;
  /** The lines of a ledger's file. */
  ledger(file: string): AsyncIterable<string>;
  close(): Promise<void>;
}

/** @throws an error that says within seconds that Redis is away */
export type OpenDoctor = (options: ConnectionFlags) => Promise<DoctorSession>;
