import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TargetId } from '../../../src/domain/ids.js';
import { carriedShares, hasShare } from '../../../src/domain/reconcile/carried-shares.js';
import type { Desired, Effect, Limits, Next, Turn } from '../../../src/domain/reconcile/effect.js';
import { nextEffects } from '../../../src/domain/reconcile/next-effects.js';
import { capacity, statusOf } from '../../../src/domain/reconcile/service-status.js';
import { isWell, mayServe, surelyServes } from '../../../src/domain/reconcile/serving.js';
import { sure, type TargetStatus } from '../../../src/domain/reconcile/target-status.js';
import { web } from '../../support/fixtures.js';
import {
  aService,
  aStatus,
  aSureStatus,
  limits,
  NEW,
  OLD,
  type Service,
  serviceOf,
  wanted,
} from './statuses.js';

interface Asked {
  readonly service: Service;
  readonly desired: Desired;
  readonly given: Limits;
  readonly turns: ReadonlyMap<TargetId, Turn>;
}

const FIVE = [1, 2, 3, 4, 5].map(web);
const turn = fc.constantFrom<Turn[]>('now', 'now', 'now', 'given_up', { notBefore: 500 });

const asked = (status: fc.Arbitrary<TargetStatus>): fc.Arbitrary<Asked> =>
  fc
    .record({
      service: aService(status),
      named: fc.subarray(FIVE),
      to: fc.constantFrom(NEW, NEW, OLD, null),
      turns: fc.tuple(turn, turn, turn, turn, turn),
      parts: fc.option(fc.tuple(...FIVE.map(() => fc.constantFrom(0, 1, 1, 3))), { nil: null }),
      floor: fc.nat(5),
      width: fc.integer({ min: 1, max: 5 }),
      routed: fc.boolean(),
      admits: fc.boolean(),
      leaves: fc.boolean(),
    })
    .map(({ service, named, to, turns: all, parts, floor, width, routed, admits, leaves }) => {
      const ids = [...service.targets.keys()];
      const turns = new Map(FIVE.map((id, at) => [id, all[at] ?? 'now'] as const));
      // What serves nobody first, as whoever asks has put it.
      const order = named
        .filter((id) => ids.includes(id))
        .toSorted((a, b) => Number(serves(service, a)) - Number(serves(service, b)));
      const whole = parts?.reduce((sum, part) => sum + part, 0) ?? 0;
      const shares =
        parts === null || whole === 0
          ? null
          : Object.fromEntries(ids.map((id, at) => [id, (parts[at] ?? 0) / whole]));
      const turnOf = (id: TargetId): Turn => turns.get(id) ?? 'now';
      const desired = wanted(order, { shares, admits, leaves }, to);
      return { service, desired, turns, given: limits({ floor, width, routed, turnOf }) };
    });

const serves = (service: Service, id: TargetId): boolean => mayServe(statusOf(service, id));

const ofAny = (
  status: fc.Arbitrary<TargetStatus>,
  check: (next: Next, asking: Asked) => void,
): void =>
  fc.assert(
    fc.property(asked(status), (asking) => {
      check(nextEffects(asking.service, asking.desired, asking.given), asking);
    }),
    { numRuns: 2_000 },
  );

const effectsOf = (next: Next): readonly Effect[] => (next.kind === 'effects' ? next.effects : []);
const takenOut = (next: Next): readonly TargetId[] =>
  effectsOf(next).flatMap((effect) =>
    effect.kind === 'drain' || effect.kind === 'apply' ? [effect.target] : [],
  );
/** Those that something is still to be done to, and that may be called. */
const open = ({ service, desired, turns }: Asked): readonly TargetId[] =>
  [...desired.versions.keys()].filter(
    (id) => !desired.isDone(id, statusOf(service, id)) && turns.get(id) !== 'given_up',
  );

describe('whatever is known of the targets', () => {
  test('none that may serve is taken out unless as many as must go on surely serve without it', () => {
    let taken = 0;
    ofAny(aStatus, (next, { service, given }) => {
      const out = takenOut(next);
      if (!out.some((id) => serves(service, id))) return;
      taken += 1;
      const left = [...service.targets].filter(
        ([id, status]) => surelyServes(status) && !out.includes(id),
      );
      expect(left.length).toBeGreaterThanOrEqual(given.floor);
    });
    expect(taken).toBeGreaterThan(20);
  });

  test('no driver is called where the router may still send something to a target', () => {
    ofAny(aStatus, (next, { service, given }) => {
      for (const effect of effectsOf(next)) {
        if (effect.kind !== 'apply' || !given.routed) continue;
        const status = statusOf(service, effect.target);
        expect(status.heldOut !== null || sure(status.inRotation) === false).toBe(true);
      }
    });
  });

  test('the traffic is taken from none that may serve unless enough of the others surely do', () => {
    ofAny(aStatus, (next, { service, given }) => {
      const [weigh] = effectsOf(next);
      if (weigh?.kind !== 'weigh') return;
      const shareOf = (id: TargetId): number => weigh.shares[id] ?? 0;
      const loses = [...service.targets].some(([id, status]) => mayServe(status) && !shareOf(id));
      const keep = [...service.targets].filter(([id, s]) => surelyServes(s) && shareOf(id) > 0);
      if (loses) expect(keep.length).toBeGreaterThanOrEqual(given.floor);
      else expect(keep.length).toBeGreaterThanOrEqual(Math.min(given.floor, capacity(service)));
    });
  });

  test('what somebody else holds out is never admitted, nor what does not surely run well', () => {
    ofAny(aStatus, (next, { service }) => {
      for (const effect of effectsOf(next)) {
        if (effect.kind !== 'admit') continue;
        const status = statusOf(service, effect.target);
        expect([status.heldOut, isWell(status)]).toEqual([null, true]);
      }
    });
  });

  test('what waits for its check is not admitted', () => {
    ofAny(aStatus, (next, { service, desired, turns }) => {
      for (const effect of effectsOf(next)) {
        if (effect.kind !== 'admit' || desired.admits || !desired.versions.has(effect.target))
          continue;
        const isDone = desired.isDone(effect.target, statusOf(service, effect.target));
        expect(isDone && turns.get(effect.target) !== 'given_up').toBe(false);
      }
    });
  });

  test('what is given up, or waits its time, is not called', () => {
    ofAny(aStatus, (next, { turns }) => {
      for (const id of takenOut(next)) expect(turns.get(id)).toBe('now');
    });
  });

  test('what is as it should be is not called', () => {
    ofAny(aStatus, (next, { service, desired }) => {
      for (const id of takenOut(next)) {
        expect(desired.versions.has(id) && !desired.isDone(id, statusOf(service, id))).toBe(true);
      }
    });
  });

  test('what serves nobody comes before what serves, and never with it', () => {
    ofAny(aStatus, (next, { service, desired, turns }) => {
      const out = takenOut(next);
      if (!out.some((id) => serves(service, id))) return;
      expect(out.every((id) => serves(service, id))).toBe(true);
      const free = [...desired.versions.keys()].filter(
        (id) =>
          turns.get(id) === 'now' &&
          !desired.isDone(id, statusOf(service, id)) &&
          !serves(service, id),
      );
      expect(free).toEqual([]);
    });
  });

  test('no more are taken at once than may be, and each once', () => {
    ofAny(aStatus, (next, { given }) => {
      const out = takenOut(next);
      expect(out.length).toBeLessThanOrEqual(given.width);
      expect(new Set(out).size).toBe(out.length);
      if (next.kind === 'effects') expect(next.effects.length).toBeGreaterThan(0);
    });
  });

  test('without a router nothing is drained, admitted or weighed', () => {
    ofAny(aStatus, (next, { given }) => {
      if (given.routed) return;
      expect(effectsOf(next).every(({ kind }) => kind === 'apply')).toBe(true);
    });
  });

  test('it is done only once everything that may be called is as it should be, the traffic too', () => {
    let done = 0;
    ofAny(fc.oneof(aStatus, aSureStatus), (next, asking) => {
      if (next.kind !== 'done') return;
      done += 1;
      expect(open(asking)).toEqual([]);
      const { service, desired, given } = asking;
      const shares = given.routed ? carriedShares(service, desired, given.floor) : null;
      if (shares === null) return;
      for (const [id, status] of service.targets) {
        expect(hasShare(status, shares[id] ?? 0)).toBe(true);
      }
    });
    expect(done).toBeGreaterThan(20);
  });

  test('it waits only for what is to be tried again, and no longer than until the first of it', () => {
    ofAny(aStatus, (next, asking) => {
      if (next.kind === 'wait') expect(next.until).toBe(500);
      if (next.kind === 'wait') expect(open(asking).length).toBeGreaterThan(0);
    });
  });

  test('the floor is in the way only where it is set', () => {
    ofAny(aStatus, (next, { given }) => {
      if (next.kind === 'floor') expect(given.floor).toBeGreaterThan(0);
    });
  });
});

/** Everything asked of the world comes about. */
function performed(service: Service, effects: readonly Effect[]): Service {
  let { targets } = service;
  const change = (id: TargetId, by: Partial<TargetStatus>): void => {
    targets = targets.with(id, { ...statusOf({ targets }, id), ...by });
  };
  for (const effect of effects) {
    if (effect.kind === 'drain') change(effect.target, { inRotation: [false] });
    if (effect.kind === 'admit') change(effect.target, { inRotation: [true] });
    if (effect.kind === 'apply') change(effect.target, { version: [effect.version], bad: null });
    if (effect.kind !== 'weigh') continue;
    for (const id of targets.keys()) change(id, { weight: [effect.shares[id] ?? 0] });
  }
  return { targets };
}

function carriedOut({ service: first, desired, given }: Asked) {
  let service = first;
  const moments = [service];
  for (let waves = 0; waves < 60; waves += 1) {
    const next = nextEffects(service, desired, given);
    if (next.kind !== 'effects') return { next, service, moments };
    service = performed(service, next.effects);
    // Between the first and the last of them only some have come about.
    for (const effect of next.effects) moments.push(performed(moments.at(-1) ?? service, [effect]));
  }
  throw new Error(`no end of it: ${JSON.stringify([...service.targets])}`);
}

describe('carried out to its end', () => {
  test('it comes to an end from wherever it begins, and breaks no floor any further', () => {
    fc.assert(
      fc.property(asked(fc.oneof(aStatus, aSureStatus)), (asking) => {
        const { moments } = carriedOut(asking);
        // A target that is called serves nobody meanwhile; without a router that is not to be seen here.
        if (!asking.given.routed) return;
        const least = Math.min(asking.given.floor, capacity(asking.service));
        for (const moment of moments) expect(capacity(moment)).toBeGreaterThanOrEqual(least);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a service that is well gets the version everywhere, and serves enough at every moment', () => {
    const well = fc.integer({ min: 2, max: 5 }).chain((count) =>
      fc.record({
        statuses: fc.tuple(
          ...Array.from({ length: count }, () =>
            aSureStatus.map((status): TargetStatus => {
              const { seen: _seen, ...rest } = status;
              return {
                ...rest,
                version: [OLD],
                bad: null,
                heldOut: null,
                inRotation: [true],
                weight: [null],
              };
            }),
          ),
        ),
        floor: fc.nat(count - 1),
        width: fc.integer({ min: 1, max: count }),
        routed: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(well, ({ statuses, floor, width, routed }) => {
        const service = serviceOf(...statuses);
        const ids = [...service.targets.keys()];
        const desired = wanted(ids);
        const given = limits({ floor, width, routed });
        const {
          next,
          service: end,
          moments,
        } = carriedOut({ service, desired, given, turns: new Map() });

        expect(next).toEqual({ kind: 'done' });
        expect([...end.targets.values()].every((status) => sure(status.version) === NEW)).toBe(
          true,
        );
        expect(capacity(end)).toBe(ids.length);
        for (const moment of moments) expect(capacity(moment)).toBeGreaterThanOrEqual(floor);
      }),
    );
  });
});
