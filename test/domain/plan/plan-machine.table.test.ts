import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommandType } from '../../../src/domain/plan/machine/plan-command.js';
import { decide } from '../../../src/domain/plan/machine/plan-machine.js';
import {
  isTerminal,
  PLAN_STATUSES,
  reasonOf,
} from '../../../src/domain/model/deployment/plan-state.js';
import * as give from './commands.js';
import { awaiting, inStatus } from './states.js';

/**
 * Y: something happens. -: accepted before, nothing happens. n: refused.
 * One letter per status, in the order of PLAN_STATUSES:
 * draft approved executing verifying paused completed rolling_back rolled_back failed cancelled
 */
const TABLE: { readonly [C in CommandType]: string } = {
  approve: 'Y - - - - - - - - n',
  execute: 'Y - - - - - - - - -',
  ask_again: '- Y - - - - - - - -',
  expire: 'Y - - - - - - - - -',
  cancel: 'Y Y n n n n n n n -',
  hold: 'n Y Y Y n n Y n n n',
  override: 'Y Y n n n n n n n n',
  begin: 'n Y - - - - - - - n',
  promote: 'n n Y n n n n n n n',
  pause: 'n n Y Y - n n n n n',
  resume: 'n n - - Y n n n n n',
  abort: 'Y Y Y Y Y n - - n -',
  halt: 'Y Y Y Y Y n Y n - -',
  force_end: 'Y Y Y Y Y n Y n - -',
  retry: 'n - - - - - n n Y n',
  rollback: 'Y Y Y Y Y Y - - Y -',
};

const orders = Object.values(give.EACH);

describe('every order', () => {
  test.each(orders)(
    '$type happens, was done before or is refused, as the deployment stands',
    (order) => {
      const cells = PLAN_STATUSES.map((status) => {
        const decision = decide(awaiting(order.type, status), order);
        return decision.ok ? (decision.value.length > 0 ? 'Y' : '-') : 'n';
      });

      expect(cells.join(' ')).toBe(TABLE[order.type]);
    },
  );

  test('that is refused says what was asked, of whom, and why not', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...orders),
        fc.constantFrom(...PLAN_STATUSES),
        (order, status) => {
          const deployment = awaiting(order.type, status);
          const decision = decide(deployment, order);
          if (decision.ok) return;
          const first = order.type === 'promote' && status === 'paused' ? '; resume it first' : '';
          expect(decision.error).toEqual({
            code: 'plan/refused',
            message: `cannot ${order.type}: ${deployment.id} is ${status}${first}`,
          });
        },
      ),
    );
  });
});

describe('a finished deployment', () => {
  test('is completed, rolled back, failed or cancelled', () => {
    expect(PLAN_STATUSES.filter(isTerminal)).toEqual([
      ...['completed', 'rolled_back', 'failed', 'cancelled'],
    ]);
  });

  test('is not rolled back by a failure reported late', () => {
    for (const status of PLAN_STATUSES.filter(isTerminal)) {
      expect(give.isLate(inStatus(status), give.fail())).toBe(true);
    }
  });

  test('tells why it ended where there is something to tell', () => {
    expect(PLAN_STATUSES.map((status) => reasonOf(inStatus(status).state))).toEqual([
      ...[null, null, null, null, 'lunch', null, 'enough', 'enough', 'no use', 'not wanted'],
    ]);
  });
});
