import type { DeploymentId, TargetId } from '../model/ids.js';
import type { DriverCall } from './target-driver.js';

/**
 * Takes what driver calls write while they run. It never throws and never makes
 * a call wait: what it can't keep up with it drops and counts.
 */
export interface OutputLog {
  open(call: DriverCall): CallOutput;
}

/** Takes the output of one call. */
export interface CallOutput {
  /** Whole lines, free of secrets and safe to show. */
  write(lines: readonly string[]): void;
  /** Nothing more comes. */
  end(): void;
}

/** What is kept of the output of one call. Times are epoch milliseconds. */
export interface RecordedOutput {
  /** Names the call. */
  readonly call: string;
  readonly target: TargetId;
  readonly action: DriverCall['action'];
  readonly fence: number;
  readonly worker: string;
  readonly at: number;
  /** `null` while it runs, or where its worker never said. */
  readonly endedAt: number | null;
  /** Its last piece so far, from 1; 0 where it wrote nothing. */
  readonly pieces: number;
  /** Lines from its beginning that are not kept any more, as there were too many. */
  readonly cut: number;
  /** Lines that never got here: Redis was slow or away, or the deployment has its fill. */
  readonly dropped: number;
  /** A newer run had already taken the deployment over when the call began. */
  readonly outdated: boolean;
}

/** Lines that were written together. */
export interface OutputPiece {
  /** From 1. */
  readonly number: number;
  /** When they were written down (epoch milliseconds). */
  readonly at: number;
  readonly lines: readonly string[];
}

/** Reads what is kept of the output of a deployment's calls, also while they run. */
export interface OutputReader {
  /** Grows with everything that is written to the output of the deployment; 0 where there is none. */
  revision(id: DeploymentId): Promise<number>;
  /** In the order in which they began. */
  calls(id: DeploymentId): Promise<readonly RecordedOutput[]>;
  /** Some of the pieces behind this one, in order; none where there is nothing more yet. */
  pieces(id: DeploymentId, output: RecordedOutput, after: number): Promise<readonly OutputPiece[]>;
}
