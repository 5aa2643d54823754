import type { Step } from './step.js';

/** What carrying out a plan will take, told before anything moves. */
export interface Forecast {
  readonly steps: number;
  readonly batches: number;
  readonly targets: number;
  readonly largestBatch: number;
  /** Targets that go on serving while the largest batch is being replaced. */
  readonly lowestCapacity: number;
  /** The plan's own waits, in milliseconds: it can't be faster. */
  readonly waitMs: number;
  /** Waits, and every driver call as slow as its timeout allows, in milliseconds. */
  readonly atMostMs: number;
}

/** @param targetTimeoutMs the longest that one driver call may take */
export function forecast(
  steps: readonly Step[],
  targets: number,
  targetTimeoutMs: number,
): Forecast {
  const batches = steps.flatMap((step) => (step.kind === 'deploy' ? [step.targets.length] : []));
  const waitMs = steps.reduce((sum, step) => sum + (step.kind === 'wait' ? step.ms : 0), 0);
  const largestBatch = Math.max(0, ...batches);
  return {
    steps: steps.length,
    batches: batches.length,
    targets,
    largestBatch,
    lowestCapacity: targets - largestBatch,
    waitMs,
    atMostMs: waitMs + batches.length * targetTimeoutMs,
  };
}
