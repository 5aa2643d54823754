import type { Policy } from '../../../src/domain/model/plan/policy.js';
import type { Scheduler } from './scheduler.js';

/** What is to happen in one run, drawn from its seed. */
export interface Weather {
  readonly workers: number;
  readonly services: number;
  readonly asked: readonly Asked[];
  readonly orders: readonly Order[];
  /** Workers die, stand still and are superseded by the clock: then only targets that know fences are safe. */
  readonly storm: boolean;
  /** How often, of all that happens, something bad does. */
  readonly trouble: number;
  readonly limited: boolean;
}

export interface Asked {
  readonly at: number;
  readonly service: number;
  readonly onConflict: Policy['onConflict'];
  readonly onFailure: Policy['onFailure'];
  readonly batch: 1 | '100%';
  /** The publisher asks again for the same. */
  readonly twice: boolean;
}

export interface Order {
  readonly at: number;
  readonly deployment: number;
  readonly type: 'pause' | 'resume' | 'abort' | 'halt' | 'rollback' | 'cancel' | 'retry';
}

/** Everything that is done to the system is done by then, in milliseconds. */
export const TROUBLED_MS = 40_000;

export function weather(scheduler: Scheduler): Weather {
  const services = 1 + scheduler.draw(2);
  const many = 2 + scheduler.draw(3);
  const asked = Array.from({ length: many }, (): Asked => ({
    at: scheduler.one([0, 0, scheduler.draw(8_000)]),
    service: scheduler.draw(services),
    onConflict: scheduler.one([
      'queue',
      'queue',
      'supersede_waiting',
      'supersede_running',
      'reject',
    ]),
    onFailure: scheduler.one(['rollback', 'rollback', 'hold']),
    batch: scheduler.one([1, '100%']),
    twice: scheduler.happens(0.2),
  }));
  const orders = Array.from({ length: scheduler.draw(4) }, (): Order => ({
    at: scheduler.draw(15_000),
    deployment: scheduler.draw(many),
    type: scheduler.one([
      'pause',
      'resume',
      'abort',
      'halt',
      'halt',
      'rollback',
      'cancel',
      'retry',
    ]),
  }));
  const storm = scheduler.happens(0.7);
  return {
    ...{ workers: 2 + scheduler.draw(3), services, asked, orders, storm },
    trouble: scheduler.one([0, 0.01, 0.03, 0.08]),
    limited: scheduler.happens(0.2),
  };
}
