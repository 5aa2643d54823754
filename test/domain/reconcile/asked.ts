import fc from 'fast-check';
import type { TargetId } from '../../../src/domain/model/ids.js';
import type { Desired, Limits, Turn } from '../../../src/domain/reconcile/effect.js';
import { statusOf } from '../../../src/domain/model/service-status.js';
import { mayServe } from '../../../src/domain/model/serving.js';
import type { TargetStatus } from '../../../src/domain/model/target-status.js';
import { web } from '../../support/fixtures.js';
import { aService, limits, NEW, OLD, type Service, wanted } from './statuses.js';

/** A service, what it should be, and how far one may go at once. */
export interface Asked {
  readonly service: Service;
  readonly desired: Desired;
  readonly given: Limits;
  readonly turns: ReadonlyMap<TargetId, Turn>;
}

const FIVE = [1, 2, 3, 4, 5].map(web);
const turn: fc.Arbitrary<Turn> = fc.constantFrom<Turn>('now', 'now', 'given_up', {
  notBefore: 500,
});

/** What a reconciler may be asked, of targets of which this is known. */
export const asked = (status: fc.Arbitrary<TargetStatus>): fc.Arbitrary<Asked> =>
  fc
    .record({
      service: aService(status),
      named: fc.subarray(FIVE),
      to: fc.constantFrom(NEW, NEW, OLD, null),
      turns: fc.tuple(turn, turn, turn, turn, turn),
      parts: fc.option(
        fc.array(fc.constantFrom<number[]>(0, 1, 1, 3), { minLength: 5, maxLength: 5 }),
        {
          nil: null,
        },
      ),
      sizes: fc.option(fc.array(fc.constantFrom(1, 1, 2.5, 4), { minLength: 5, maxLength: 5 }), {
        nil: null,
      }),
      floor: fc.oneof(fc.nat(5), fc.constantFrom(2.5, 6, 9.5)),
      width: fc.integer({ min: 1, max: 5 }),
      routed: fc.boolean(),
      admits: fc.boolean(),
      moves: fc.boolean(),
      leaves: fc.boolean(),
    })
    .map(({ service, named, to, turns: all, parts, sizes, floor, width, ...hows }) => {
      const { routed, admits, leaves } = hows;
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
      const capacities =
        sizes === null
          ? {}
          : { capacities: Object.fromEntries(FIVE.map((id, at) => [id, sizes[at] ?? 1])) };
      const given = limits({ floor, width, routed, turnOf, ...capacities });
      return { service, desired, turns, given };
    });

export const serves = (service: Service, id: TargetId): boolean => mayServe(statusOf(service, id));
