import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TargetId } from '../../../src/domain/model/ids.js';
import { carriedShares, hasShare } from '../../../src/domain/reconcile/carried-shares.js';
import type { Effect, Limits, Next } from '../../../src/domain/reconcile/effect.js';
import { nextEffects } from '../../../src/domain/reconcile/next-effects.js';
import { capacity, statusOf } from '../../../src/domain/model/service-status.js';
import { isWell, mayServe, surelyServes } from '../../../src/domain/model/serving.js';
import { sure, type TargetStatus } from '../../../src/domain/model/target-status.js';
import { type Asked, asked, serves } from './asked.js';
import { aStatus, aSureStatus, mostlyWell } from './statuses.js';

const ofAny = (
  status: fc.Arbitrary<TargetStatus>,
  check: (next: Next, asking: Asked) => void,
): void =>
  fc.assert(
    fc.property(asked(status), (asking) => {
      check(nextEffects(asking.service, asking.desired, asking.given), asking);
    }),
    { numRuns: 1_000 },
  );

/** What these can carry together. */
const size = (
  { capacities }: Limits,
  targets: readonly (readonly [TargetId, TargetStatus])[],
): number => targets.reduce((sum, [id]) => sum + (capacities?.[id] ?? 1), 0);

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
    ofAny(mostlyWell, (next, { service, given }) => {
      const out = takenOut(next);
      if (!out.some((id) => serves(service, id))) return;
      taken += 1;
      const left = [...service.targets].filter(
        ([id, status]) => surelyServes(status) && !out.includes(id),
      );
      expect(size(given, left)).toBeGreaterThanOrEqual(given.floor);
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
      const least = Math.min(given.floor, capacity(service, given.capacities));
      expect(size(given, keep)).toBeGreaterThanOrEqual(loses ? given.floor : least);
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
    ofAny(mostlyWell, (next, { service, desired, turns }) => {
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
      const shares = given.routed ? carriedShares(service, desired, given) : null;
      if (shares === null) return;
      for (const [id, status] of service.targets) {
        expect(hasShare(status, shares[id] ?? 0)).toBe(true);
      }
    });
    expect(done).toBeGreaterThan(20);
  });

  test('it waits only for what is to be tried again, and no longer than until the first of it', () => {
    ofAny(aStatus, (next, asking) => {
      if (next.kind !== 'wait') return;
      expect(next.until).toBe(500);
      expect(open(asking)).not.toEqual([]);
    });
  });

  test('the floor is in the way only where it is set, or nobody can carry the traffic', () => {
    ofAny(aStatus, (next, { service, desired, given }) => {
      if (next.kind !== 'floor' || given.floor > 0) return;
      expect(given.routed && desired.moves).toBe(true);
      expect(carriedShares(service, desired, given)).toBe(null);
    });
  });
});
