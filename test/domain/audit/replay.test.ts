import { givenUp } from '../../../src/domain/plan/machine/failure.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { difference } from '../../../src/domain/audit/findings/difference.js';
import { foldable } from '../../../src/domain/audit/fold/foldable.js';
import { replay, statusAfter } from '../../../src/domain/audit/fold/replay.js';
import type { Policy } from '../../../src/domain/model/plan/policy.js';
import type { PlanEvent, RecordedEvent } from '../../../src/domain/model/deployment/plan-event.js';
import { EVENT_TYPES } from '../../../src/contracts/events/deployment-event.schema.js';
import {
  approve,
  begin,
  beginFirst,
  forceEnd,
  inForce,
  rollback,
  startTarget,
} from '../plan/commands.js';
import { wholeLife } from '../plan/states.js';
import { record, v, web } from '../../support/fixtures.js';
import type { Said } from '../../../src/domain/plan/machine/decided.js';
import { chanceFrom } from '../../support/chance.js';
import { aLife, lived } from './lives.js';

const HOLD = { kind: 'freeze', reason: 'frozen', until: null, liftedBy: 'ann' } as const;

describe('replaying the events of a deployment', () => {
  const policies = [
    { retries: 2 },
    { retries: 0, onFailure: 'hold' as const },
    { approval: 'required' as const, approvals: 2, retries: 1 },
  ];

  /** @returns the types of its events */
  function expectLegal(seed: number, policy: Partial<Policy>): readonly string[] {
    const { deployment, events } = aLife(chanceFrom(seed), { policy });

    const replayed = replay(deployment, events);

    expect(replayed.fault, JSON.stringify(events.slice(-3))).toBeNull();
    const [stored, folded] = [deployment, replayed.deployment].map((each) => ({
      ...each,
      targets: Object.fromEntries(each?.targets ?? []),
    }));
    expect(difference(stored, folded)).toBeNull();
    expect(statusAfter(events, events.length)).toBe(deployment.state.status);
    return events.map(({ event }) => event.type);
  }

  test('finds every history legal that the machine wrote, and comes to the same deployment', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...policies), (seed, policy) => {
        expectLegal(seed, policy);
      }),
      { numRuns: 300 },
    );
  });

  test('finds a beginning legal that says who is held out, what was planned anew and what was overridden', () => {
    const { deployment: planned } = lived([approve]);
    const more = { heldOut: [web(2)], replanned: planned.plan.steps, overridden: [HOLD] };
    const { deployment, events } = lived([approve, { ...begin, ...more }]);

    expect(events.at(-1)?.event).toMatchObject({ type: 'deployment.started', ...more });
    expect(replay(deployment, events).fault).toBeNull();
  });

  test('knows the commands behind every kind of event', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 400; seed++) {
      for (const type of expectLegal(seed, policies[seed % policies.length] ?? {})) seen.add(type);
    }

    // What a check finds well again is told by no order and no worker of these histories.
    seen.add('deployment.target_recovered');
    // No target leaves the configuration in them, nor is any balancer away.
    for (const type of ['targets_removed', 'place_caught_up']) seen.add(`deployment.${type}`);
    expect(EVENT_TYPES.filter((type) => !seen.has(type))).toEqual([]);
  });

  test.each<[string, Said]>([
    ['with its steps planned anew', { ...beginFirst, replanned: [{ kind: 'wait', ms: 5 }] }],
    ['through a freeze', { ...beginFirst, overridden: [HOLD] }],
    ['too late', givenUp('a newer one is there', true)],
  ])('finds a beginning legal that was made %s', (_, command) => {
    const { deployment, events } = lived([approve, command]);

    expect(replay(deployment, events).fault).toBeNull();
  });

  test('finds approvals legal that were judged by another configuration than the planned one', () => {
    const fixture = {
      configuration: 'then',
      policy: { approval: 'required', approvers: ['ann'] },
    } as const;
    const by = (name: string, approvals: number) => {
      return { type: 'approve', by: name, inForce: inForce({ approvals }) } as const;
    };
    const { deployment, events } = lived([by('bob', 2), by('cy', 2), beginFirst], fixture);

    expect(deployment.state.status).toBe('executing');
    expect(replay(deployment, events).fault).toBeNull();
  });

  test('fixes what is declared, and the shares, at the beginning', () => {
    const declared = { version: v('0.9.0'), others: {}, missed: [web(2)], shares: null };
    const shares = { 'web-1': 0.5, 'web-2': 0.5 };
    const { deployment, events } = lived([approve, { ...beginFirst, declared, shares }]);

    const replayed = replay(deployment, events);
    expect(replayed.fault).toBeNull();
    expect(replayed.deployment).toMatchObject({ declared, shares });
  });

  test.each<[string, readonly Said[]]>([
    ['before it began', []],
    ['in mid-step', [approve, begin, startTarget(web(1))]],
    ['on its way back', [approve, begin, startTarget(web(1)), rollback()]],
  ])('finds an end by force legal %s, and nothing behind it', (_, way) => {
    const { deployment, events } = lived([...way, forceEnd]);
    expect(replay(deployment, events).fault).toBeNull();

    const again = numbered([...events, ...events.slice(-1)]);
    expect(replay(deployment, again).fault).toMatchObject({ invariant: 'terminal_final' });
  });

  test('wants an end by force to stop where the deployment stood', () => {
    const { deployment, events } = lived([approve, begin, startTarget(web(1)), forceEnd]);
    const elsewhere = events.map((recorded): RecordedEvent => {
      const { event } = recorded;
      return event.type === 'deployment.failed'
        ? { ...recorded, event: { ...event, stoppedAt: 1 } }
        : recorded;
    });
    expect(replay(deployment, elsewhere).fault).toMatchObject({
      invariant: 'transition_legal',
      sequence: events.length,
    });
  });

  test('finds orders legal that were given with a reason', () => {
    const reason = 'as agreed';
    const gate = { kind: 'gate', name: 'go', timeout: null, onTimeout: 'abort' } as const;
    const { deployment, events } = lived([
      { type: 'approve', by: 'ann', reason },
      { ...beginFirst, replanned: [gate, gate] },
      { type: 'pause', reason },
      { type: 'resume', reason },
      { type: 'promote', by: 'ann', all: false, reason },
      { type: 'halt', reason },
      { type: 'retry', by: 'ann', reason },
    ]);
    expect(replay(deployment, events).fault).toBeNull();
  });

  test('names the first event that the machine would not have written there', () => {
    const { deployment, events } = lived(wholeLife);
    const at = events.findIndex(({ event }) => event.type === 'deployment.target_updated');
    const lacking = numbered(events.filter((_, place) => place !== at - 1));

    expect(replay(deployment, lacking).fault).toEqual({
      invariant: 'transition_legal',
      sequence: at,
      message: 'deployment.target_updated was written while it was executing',
    });
  });

  test('wants the plan first, and once', () => {
    const { deployment, events } = lived(wholeLife);

    expect(replay(deployment, numbered(events.slice(1))).fault).toMatchObject({ sequence: 1 });
    const twice = numbered([...events.slice(0, 1), ...events]);
    expect(replay(deployment, twice).fault).toMatchObject({ sequence: 2 });
  });

  test('wants an event whole: what comes with another in one decision never comes alone', () => {
    const { deployment, events } = lived(wholeLife);
    const lacking = events.filter(({ event }) => event.type !== 'deployment.verified');

    expect(replay(deployment, numbered(lacking)).fault).toMatchObject({
      message: 'deployment.completed was written while it was verifying',
    });
  });

  test('wants a verification to follow the last step, in the same decision', () => {
    const { deployment, events } = lived(wholeLife);
    const last = events.findIndex(({ event }) => event.type === 'deployment.verifying') - 1;

    const lacking = numbered(events.filter((_, at) => at !== last));
    expect(replay(deployment, lacking).fault).toMatchObject({
      message: 'deployment.verifying was written while it was executing',
    });
  });

  test('says of an ended deployment that it was not left alone', () => {
    const { deployment, events } = lived(wholeLife);
    const more = record(deployment, [{ type: 'deployment.paused', reason: 'why not' }]);

    expect(replay(deployment, [...events, ...more]).fault).toMatchObject({
      invariant: 'terminal_final',
      sequence: events.length + 1,
    });
  });

  test('stops at an event of a kind that it does not know', () => {
    const { deployment, events } = lived(wholeLife);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a newer version may write
    const unknown = { type: 'deployment.teleported' } as unknown as PlanEvent;
    const more = [...events, ...record(deployment, [unknown])];

    expect(replay(deployment, more)).toMatchObject({
      deployment: null,
      fault: { message: 'deployment.teleported is of no kind that this version can fold' },
    });
    expect(statusAfter(more, more.length)).toBeNull();
    expect(statusAfter(more, 0)).toBeNull();
    expect(statusAfter(more, events.length)).toBe('completed');
  });
});

const numbered = (events: readonly RecordedEvent[]): readonly RecordedEvent[] =>
  events.map((recorded, at) => ({ ...recorded, sequence: at + 1 }));

describe('the difference of two values', () => {
  test.each([
    [{ a: 1, b: undefined }, { a: 1 }, null],
    [{ a: { b: [1, 2] } }, { a: { b: [1, 2] } }, null],
    [{ a: { b: [1, 2] } }, { a: { b: [1, 3] } }, 'a.b.1 is 2, not 3'],
    [{ a: 1 }, {}, 'a is 1, not missing'],
    [{ a: [] }, { a: {} }, 'a is [], not {}'],
    [1, null, 'value is 1, not null'],
    [{ a: 'x'.repeat(200) }, { a: 1 }, `a is "${'x'.repeat(119)}…, not 1`],
  ])('%j and %j', (stored, folded, found) => {
    expect(difference(stored, folded)).toBe(found);
  });
});

test('only what has no case in the machine is not foldable: a bug stays an exception', () => {
  expect(foldable(() => 1)).toBe(1);
  expect(
    foldable(() => {
      throw new TypeError('no case');
    }),
  ).toBeNull();
  expect(() =>
    foldable(() => {
      throw new RangeError('a bug');
    }),
  ).toThrow(RangeError);
});
