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

/** Y: something happens. -: accepted before, nothing happens. n: refused. */
type Cell = 'Y' | '-' | 'n';

/**
 * One letter per status, in the order of PLAN_STATUSES:
 * draft approved executing verifying paused completed rolling_back rolled_back failed cancelled
 */
const TABLE: { readonly [C in CommandType]: string } = {
  approve: 'Y - - - - - - - - n',
  expire: 'Y - - - - - - - - -',
  cancel: 'Y Y n n n n n n n -',
  hold: 'n Y Y n n n Y n n n',
  override: 'Y Y n n n n n n n n',
  begin: 'n Y - - - - - - - n',
  wait: 'n n Y - n - n n n n',
  complete_step: 'n n n - n - - - - n',
  fail_step: 'n n Y n n n - n - n',
  start_flag: 'n n Y n n n n n n n',
  finish_flag: 'n n Y n n n n n n n',
  open_gate: 'n n Y - n - n n n n',
  time_out_gate: 'n n Y - n - - n - n',
  promote: 'n n Y n n n n n n n',
  start_analysis: 'n n Y n n n n n n n',
  measure: 'n n Y n n n n n n n',
  conclude_analysis: 'n n Y n - n - n - n',
  pause: 'n n Y Y - n n n n n',
  resume: 'n n - - Y n n n n n',
  abort: 'Y Y Y Y Y n - - n -',
  halt: 'Y Y Y Y Y n Y n - -',
  force_end: 'Y Y Y Y Y n Y n - -',
  retry: 'n - - - - - n n Y n',
  judge: 'n n n Y n - - - - n',
  rollback: 'Y Y Y Y Y Y - - Y -',
  fail_restoring: 'n n n n n n Y n - n',
  restore_flag: 'n n n n n n Y n n n',
  finish_rollback: 'n n n n n n n - - n',
  give_up: 'Y Y Y Y Y n Y - - -',
};

const cells = Object.values(give.EACH).flatMap((command) =>
  PLAN_STATUSES.map((status, at) => {
    const cell = TABLE[command.type].split(' ')[at] as Cell;
    const words = { Y: 'happens', '-': 'changes nothing', n: 'is refused' } as const;
    return { command, status, cell, words: words[cell] };
  }),
);

describe('every command in every state', () => {
  test.each(cells)('$command.type of a $status deployment $words', ({ command, status, cell }) => {
    const deployment = awaiting(command.type, status);
    const decision = decide(deployment, command);

    const answer = decision.ok ? (decision.value.length > 0 ? 'Y' : '-') : 'n';
    expect(answer).toBe(cell);
    const said = decision.ok ? '' : decision.error.message;
    const telling =
      /^(cannot \w+( [\w-]+)?: dep_\w+ is \w+|(step 0 is not complete|not restored yet): web-1)$/;
    expect(said === '' || telling.test(said)).toBe(true);
    expect(decision.ok || decision.error.code === 'plan/refused').toBe(true);
  });
});

describe('a finished deployment', () => {
  const finished = PLAN_STATUSES.filter(isTerminal);
  const orders = Object.values(give.EACH).filter(
    ({ type }) => type !== 'rollback' && type !== 'retry',
  );
  const pairs = finished.flatMap((status) => orders.map((command) => ({ status, command })));

  test('is completed, rolled back, failed or cancelled', () => {
    expect(finished).toEqual(['completed', 'rolled_back', 'failed', 'cancelled']);
  });

  test.each(pairs)('that is $status ends there, whatever $command.type wants', (pair) => {
    const decision = decide(inStatus(pair.status), pair.command);

    expect(decision.ok ? decision.value : []).toEqual([]);
  });

  test.each(finished)('that is %s is not rolled back by a failure reported late', (status) => {
    expect(decide(inStatus(status), give.rollback('failure'))).toEqual({ ok: true, value: [] });
  });

  test('tells why it ended where there is something to tell', () => {
    expect(PLAN_STATUSES.map((status) => reasonOf(inStatus(status).state))).toEqual([
      ...[null, null, null, null, 'lunch', null, 'enough', 'enough', 'no use', 'not wanted'],
    ]);
  });
});
