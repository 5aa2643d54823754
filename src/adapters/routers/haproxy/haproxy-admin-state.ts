/* oxlint-disable no-bitwise -- a field of flags */

/**
 * Bits of srv_admin_state (HAProxy's management guide). 0x04, left out here, only
 * remembers that the configuration once said "disabled".
 */
const FORCED_MAINTENANCE = 0x01;
/** Inherited from a server that it tracks, or by name resolution. */
const OTHER_MAINTENANCE = 0x02 | 0x20 | 0x40;
/** Forced by command, by page or by an agent; inherited. */
const DRAIN = 0x08 | 0x10;

/** What a server's administrative state comes to. */
export interface AdminState {
  /** By whatever way it came there; HAProxy leaves forced maintenance or a forced drain, never both. */
  readonly drained: boolean;
  /** By a command, a page, an agent, or "disabled" in the configuration. */
  readonly forcedMaintenance: boolean;
  readonly otherMaintenance: boolean;
}

export const adminStateOf = (bits: number): AdminState => ({
  drained: (bits & DRAIN) !== 0,
  forcedMaintenance: (bits & FORCED_MAINTENANCE) !== 0,
  otherMaintenance: (bits & OTHER_MAINTENANCE) !== 0,
});

export const inMaintenance = ({ forcedMaintenance, otherMaintenance }: AdminState): boolean =>
  forcedMaintenance || otherMaintenance;
