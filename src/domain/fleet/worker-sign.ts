import type { Knowledge } from './knowledge.js';

/** What one worker said of itself, and when it was last seen. */
export interface WorkerSign {
  readonly id: string;
  readonly host: string;
  /** Of the package. */
  readonly version: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds, by Redis' clock. */
  readonly seenAt: number;
  /** Seen within its time, and not stopped. */
  readonly alive: boolean;
  readonly knowledge: Knowledge;
  /** Its configuration file has changed since it started: what is written there is not in force. */
  readonly configChanged?: true;
}

/** What the workers of a namespace say of themselves. */
export interface WorkerRoster {
  /** Those at work and those that were, the last seen first. */
  workers(): Promise<readonly WorkerSign[]>;
  /** What can be shown of the configuration with this fingerprint; `null` where nobody remembers it. */
  outlineOf(fingerprint: string): Promise<Outline | null>;
}

/** A configuration without its secrets: each setting by its path, as text. */
export type Outline = Readonly<Record<string, string>>;
