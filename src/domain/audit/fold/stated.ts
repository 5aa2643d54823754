import type { TargetStatus, TargetStatuses } from '../../model/target-status.js';

/** What a person said of a target: no event tells of it. */
export interface StatedTarget extends TargetStatus {
  /** The number of the last event of all by then. */
  readonly stated: number;
}

/** When a person last said what runs there, as the number of the last event of all by then; `null`: nobody ever did. */
export const statedAt = (status: TargetStatus): number | null =>
  'stated' in status && typeof status.stated === 'number' ? status.stated : null;

/** The last statement about any of a service's targets. */
export function lastStated(targets: TargetStatuses): number | null {
  let last: number | null = null;
  for (const status of targets.values()) {
    const at = statedAt(status);
    if (at !== null) last = Math.max(last ?? at, at);
  }
  return last;
}
