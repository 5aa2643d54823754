import type { AuditSource } from '../../domain/ports/audit-source.js';
import type { RepairStore } from '../../domain/repair/repair-store.js';
import type { ConnectionFlags } from './connection-flags.js';

export interface RepairSession {
  readonly audit: AuditSource;
  readonly repairs: RepairStore;
  close(): Promise<void>;
}

/** @throws an error that says within seconds that Redis is away */
export type OpenRepair = (options: ConnectionFlags) => Promise<RepairSession>;
