import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import type { Policy, Trigger } from './core-under-test.js';
import type { Fate } from '../support/mortal.js';
import type { Move } from './place.js';
import type { Configured } from './configured.js';
import type { Scenery } from './stage.js';
import type { Trouble } from './trouble.js';

/** A life before it is lived: plain, so that it can be printed, and made smaller. */
export interface Shape {
  /** Of everything that is drawn while it is lived. */
  readonly seed: number;
  readonly scenery: Scenery;
  /** With colours: one of them has all the traffic before anything is deployed. */
  readonly settled: boolean;
  readonly deployments: readonly Planned[];
}

export interface Planned {
  readonly strategy: StrategySpec;
  /** The configuration that it is planned with. */
  readonly configured: Configured;
  readonly policy: Partial<Policy>;
  readonly trigger: Trigger;
  /** Instead of a new version: so many stable versions back from the one that is declared. */
  readonly back?: number;
  /**
   * `then`: when all before it have ended; `early`: planned before the one before
   * it begins, and approved when that has ended; else so many milliseconds after
   * the one before it was asked for.
   */
  readonly asked: 'then' | 'early' | number;
  /** From when it is asked for until the next one is. */
  readonly trouble: Trouble;
  readonly orders: readonly Order[];
  readonly deaths: readonly Omit<Fate, 'calls'>[];
  readonly moves: readonly TimedMove[];
  /** What a person makes of all flags that are there; not said where nobody touches them. */
  readonly hands?: readonly Hand[];
}

export interface Hand {
  /** Milliseconds after the deployment was asked for. */
  readonly at: number;
  /** `null`: they are deleted. */
  readonly percent: number | null;
}

export interface Order {
  /** Milliseconds after the deployment was asked for. */
  readonly at: number;
  readonly what: (typeof ORDERS)[number];
  /** To which deployment: 0 is the one that it is planned with, 1 the one before. */
  readonly back: number;
}

/** At a time after the deployment was asked for (milliseconds), or in the middle of the n-th call of a port, or the n-th drain. */
export type TimedMove = { readonly move: Move } & (
  { readonly at: number } | { readonly call: number } | { readonly drain: number }
);

export const ORDERS = [
  'pause',
  'resume',
  'promote',
  'promote_all',
  'abort',
  'halt',
  'force_end',
  'retry',
  'rollback',
] as const;
