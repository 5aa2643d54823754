import type { DeploymentWindow } from '../model/plan/window.js';

/** From, inclusive, and until, exclusive; epoch milliseconds. */
export interface Occurrence {
  readonly from: number;
  readonly until: number;
}

/**
 * Knows when windows occur, in their own time zones and through changes of the
 * clocks. As RFC 5545 has it: an hour that comes twice counts the first time,
 * and an occurrence that would begin at an hour the clocks skip is left out.
 */
export interface Calendar {
  /** What is wrong with a window, in a sentence part, or `null`. The rest is only asked of windows it finds right. */
  check(window: DeploymentWindow): string | null;
  /** The occurrence that `at` lies in; of several the one that began last. */
  occurrence(window: DeploymentWindow, at: number): Occurrence | null;
  /** When the next occurrence begins, later than `after`; `null` where none comes. */
  next(window: DeploymentWindow, after: number): number | null;
}
