import type { AuditSource } from '../../domain/ports/audit-source.js';
import type { Diagnosis } from '../../domain/ports/diagnosis.js';
import type { ConnectionFlags } from './connection-flags.js';

/** What the doctor looks at; it changes nothing. */
export interface DoctorSession {
  readonly audit: AuditSource;
  diagnose(): Promise<Diagnosis>;
  /** The lines of a ledger's file. */
  ledger(file: string): AsyncIterable<string>;
  close(): Promise<void>;
}

/** @throws an error that says within seconds that Redis is away */
export type OpenDoctor = (options: ConnectionFlags) => Promise<DoctorSession>;
