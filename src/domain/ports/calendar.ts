import type { DeploymentWindow } from '../model/plan/window.js';

/** From, inclusive, and until, exclusive; epoch milliseconds. */
export interface Occurrence {
  readonly from: number;
  readonly until: number;
}

/**
 * Knows when windows occur, in their own time zones and through changes of the
 * clocks. A window is about the clock on the wall: it begins the first time that
 * the clock shows its start, and where the clocks skip that, at the first moment after.
 * Only a rule by the hour or minute occurs again in an hour that comes twice.
 */
export interface Calendar {
  /** What is wrong with a window, in a sentence part, or `null`. The rest is only asked of windows it finds right. */
  check(window: DeploymentWindow): string | null;
  /** The occurrence that `at` lies in; of several the one that began last. */
  occurrence(window: DeploymentWindow, at: number): Occurrence | null;
  /** When the next occurrence begins, later than `after`; `null` where none comes. */
  next(window: DeploymentWindow, after: number): number | null;
}
