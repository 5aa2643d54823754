import type { FaultKind } from './judge.js';

/** A fault as somebody might write it one day: a place in the source, and what stands there instead. */
export interface PlantedFault {
  /** What goes wrong then, in a sentence. */
  readonly says: string;
  /** Below `src`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly search: string;
  readonly replacement: string;
  /** What the lives must find of it; anything at all where not given. */
  readonly kind?: FaultKind;
}

/** Each of these must be found by the lives. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    says: 'a driver is called before the router was asked to drain the target',
    file: 'domain/orchestrator/call-driver.ts',
    search: 'if (router !== null) {',
    replacement: 'if (router !== null && Math.random() < 0) {',
    kind: 'applied in rotation',
  },
];
