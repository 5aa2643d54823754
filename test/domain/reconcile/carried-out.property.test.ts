import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TargetId } from '../../../src/domain/model/ids.js';
import type { Effect } from '../../../src/domain/reconcile/effect.js';
import { nextEffects } from '../../../src/domain/reconcile/next-effects.js';
import { capacity, statusOf } from '../../../src/domain/model/service-status.js';
import { sure, type TargetStatus } from '../../../src/domain/model/target-status.js';
import { type Asked, asked } from './asked.js';
import { running } from './standing.js';
import { aStatus, aSureStatus, limits, NEW, type Service, serviceOf, wanted } from './statuses.js';

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
        const { floor, capacities } = asking.given;
        const least = Math.min(floor, capacity(asking.service, capacities));
        for (const moment of moments) {
          expect(capacity(moment, capacities)).toBeGreaterThanOrEqual(least);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('a service that is well gets the version everywhere, and serves enough at every moment', () => {
    const well = fc.integer({ min: 2, max: 5 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        floor: fc.nat(count - 1),
        width: fc.integer({ min: 1, max: count }),
        routed: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(well, ({ count, floor, width, routed }) => {
        const service = serviceOf(...Array.from({ length: count }, () => running()));
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
