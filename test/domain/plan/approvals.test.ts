import { describe, expect, test } from 'vitest';
import { aDeployment, after, eventsOf, refusalOf, web } from '../../support/fixtures.js';
import type { PlanCommand } from '../../../src/domain/plan/machine/plan-command.js';
import * as give from './commands.js';
import { inStatus } from './states.js';

const by = (name: string | null): PlanCommand => ({ type: 'approve', by: name });
const two = { policy: { approval: 'required', approvals: 2, selfApproval: false } } as const;

describe('approvals', () => {
  test('are counted, each person once, until there are enough', () => {
    const first = after(aDeployment(two), by('ann'));
    expect(first.state.status).toBe('draft');
    expect(first.progress.approvals).toEqual(['ann']);
    expect(eventsOf(first, by('Ann'))).toEqual([]);

    const approved = after(first, by('bob'));
    expect(approved.state.status).toBe('approved');
    expect(approved.progress).toMatchObject({ approvals: ['ann', 'bob'], approvedAt: 2_000 });
    expect(eventsOf(approved, by('bob'))).toEqual([]);
  });

  test('say how many are missing', () => {
    expect(eventsOf(aDeployment(two), by('ann'))).toEqual([
      { type: 'deployment.approval_given', by: 'ann', missing: 1 },
    ]);
  });

  test('are refused to who requested it, where the policy says so', () => {
    expect(refusalOf(aDeployment(two), by('tester'))).toMatch(
      /^cannot approve dep_\w+: tester requested it/,
    );
  });

  test('without a name are enough only where nobody asks for one', () => {
    expect(after(aDeployment(), by(null)).state.status).toBe('approved');
    expect(refusalOf(aDeployment(two), by(null))).toContain('no name was given');
  });
});

describe('what waits too long', () => {
  const late: PlanCommand = { type: 'expire', waiting: 'approved', reason: 'start-by expired' };

  test('is cancelled with the reason, and once', () => {
    const expired = after(aDeployment(), give.expire);
    expect(expired.state).toEqual({ status: 'cancelled', reason: 'too late' });
    expect(eventsOf(expired, give.expire)).toEqual([]);
    expect(after(inStatus('approved'), late).state).toMatchObject({ status: 'cancelled' });
  });

  test('is left alone where it has gone on meanwhile', () => {
    expect(eventsOf(inStatus('approved'), give.expire)).toEqual([]);
    expect(eventsOf(aDeployment(), late)).toEqual([]);
  });
});

describe('what is held', () => {
  test('is told once, and again when it is held by something else', () => {
    const held = after(inStatus('approved'), give.hold());
    expect(held.progress.hold).toMatchObject({ kind: 'freeze', reason: 'frozen', since: 2_000 });
    expect(eventsOf(held, give.hold())).toEqual([]);
    expect(eventsOf(held, give.hold('frozen again'))).toHaveLength(1);
  });

  test('is held since it was first held by something of the kind', () => {
    const held = after(inStatus('approved'), give.hold());
    const longer = {
      ...held,
      progress: { ...held.progress, hold: { ...hold(held), since: 1_000 } },
    };
    const window: PlanCommand = {
      type: 'hold',
      hold: { kind: 'window', reason: 'closed', until: null, liftedBy: 'time' },
    };

    expect(after(longer, give.hold('frozen again')).progress.hold?.since).toBe(1_000);
    expect(after(longer, window).progress.hold?.since).toBe(2_000);
  });

  test('is held no more once it has begun', () => {
    expect(after(inStatus('approved'), give.hold(), give.begin).progress.hold).toBeNull();
  });

  test.each(['executing', 'rolling_back'] as const)(
    'while it is %s goes on by itself: with the next thing that is done it is held no more',
    (status) => {
      const held = after(inStatus(status), give.hold('the router is away'));
      expect(held.state.status).toBe(status);
      expect(held.progress.hold).toMatchObject({ reason: 'the router is away', since: 2_000 });

      const going = after(held, { type: 'deployment.target_draining', target: web(2) });
      expect(going.progress.hold).toBeNull();
    },
  );

  test('is held no more once somebody asks it to go back', () => {
    const held = after(inStatus('executing'), give.hold());

    expect(after(held, give.rollback()).progress.hold).toBeNull();
  });

  test('is overridden by somebody, with a reason, and once', () => {
    const freed = after(inStatus('approved'), give.override);
    expect(freed.progress).toMatchObject({ override: { by: 'ann', reason: 'a hotfix' }, woken: 1 });
    expect(eventsOf(freed, give.override)).toEqual([]);
    const other: PlanCommand = { type: 'override', by: 'bob', reason: 'a hotfix' };
    expect(eventsOf(freed, other)).toHaveLength(1);
  });

  test('is overridden again by the same person for what came since', () => {
    const covers = (of: string) => [{ of, kind: 'freeze', reason: of, until: null }] as const;
    const order = (...names: readonly string[]): PlanCommand => ({
      ...{ type: 'override', by: 'ann', reason: 'a hotfix' },
      covers: names.flatMap(covers),
    });
    const freed = after(inStatus('approved'), order('a'));

    expect(freed.progress.override).toEqual({
      ...{ by: 'ann', reason: 'a hotfix' },
      covers: covers('a'),
    });
    expect(eventsOf(freed, order('a'))).toEqual([]);
    expect(eventsOf(freed, order())).toEqual([]);
    expect(eventsOf(freed, order('a', 'b'))).toHaveLength(1);
    // For everything, where it was for something only.
    expect(eventsOf(freed, give.override)).toHaveLength(1);
    expect(eventsOf(after(inStatus('approved'), give.override), order('a'))).toEqual([]);
  });

  test('begins with what an override went through', () => {
    const overridden = [{ kind: 'freeze', reason: 'x', until: null, liftedBy: 'y' }] as const;

    expect(eventsOf(inStatus('approved'), { ...give.beginFirst, overridden })).toEqual([
      {
        ...{ type: 'deployment.started', previous: null, declared: null, shares: null },
        overridden,
      },
    ]);
  });
});

const hold = ({ progress }: ReturnType<typeof aDeployment>) => {
  if (progress.hold === null) throw new Error('not held');
  return progress.hold;
};
