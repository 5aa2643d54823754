import fc from 'fast-check';
import type { WorkKind } from '../../src/domain/model/deployment/work-owed.js';
import type { Conclusion } from '../../src/domain/plan/machine/decision.js';
import { failed, givenUp } from '../../src/domain/plan/machine/failure.js';
import type { PlanCommand } from '../../src/domain/plan/machine/plan-command.js';

/** What is done to a store. Numbers choose among what there is by then. */
export type Move =
  | {
      readonly do: 'create';
      /** The idempotency key, and what is asked for under it. */
      readonly key: number;
      readonly asked: number;
      readonly approve: boolean;
      readonly policy: number;
      readonly twice: boolean;
    }
  | {
      readonly do: 'claim';
      readonly which: number;
      readonly worker: number;
      /** `owed`: what its state calls for. */
      readonly kind: 'owed' | WorkKind;
      readonly leaseMs: number;
      readonly twice: boolean;
    }
  /** A worker writes what comes next, as far as it knows. */
  | {
      readonly do: 'work';
      readonly session: number;
      readonly luck: readonly number[];
      readonly fence: 'own' | 'wrong' | 'none';
      /** Of a service that it knows as it was before. */
      readonly older: boolean;
      readonly release: boolean;
      readonly twice: boolean;
    }
  /** A person's word, said of what the deployment was `age` writes ago. */
  | {
      readonly do: 'order';
      readonly which: number;
      readonly order: PlanCommand | Conclusion;
      readonly age: number;
      readonly twice: boolean;
    }
  | { readonly do: 'renew'; readonly session: number; readonly leaseMs: number }
  | {
      readonly do: 'release';
      readonly session: number;
      readonly dueAt: number | null;
      readonly leave: boolean;
      readonly twice: boolean;
    }
  | { readonly do: 'postpone'; readonly which: number; readonly ms: number }
  | { readonly do: 'renewWork'; readonly which: number }
  | { readonly do: 'expireLease'; readonly which: number }
  | { readonly do: 'overdue'; readonly limit: number }
  | { readonly do: 'lead'; readonly worker: number; readonly expired: boolean }
  /** A write is sent again that was sent long ago. */
  | { readonly do: 'again'; readonly which: number };

const reason = 'said so';
const until = 90_000;
/** Everything that may be said from outside. */
export const ORDERS: readonly (PlanCommand | Conclusion)[] = [
  { type: 'approve', by: 'ann' },
  { type: 'cancel', reason },
  { type: 'expire', waiting: 'draft', reason },
  { type: 'expire', waiting: 'approved', reason },
  { type: 'hold', hold: { kind: 'freeze', reason, until, liftedBy: 'ann' } },
  { type: 'override', by: 'ann', reason },
  { type: 'pause', reason },
  { type: 'resume' },
  { type: 'abort', reason },
  { type: 'halt', reason },
  { type: 'retry', by: 'ann' },
  { type: 'rollback', reason },
  failed(reason),
  givenUp(reason),
];

const some = fc.nat(11);
const rarely = fc.constantFrom(false, false, false, false, true);
const leaseMs = fc.constantFrom(60_000, 60_000, 60_000, 0);
const one = <T extends Move['do']>(name: T) => fc.constant(name);

const MOVES: { readonly [D in Move['do']]: fc.WeightedArbitrary<Extract<Move, { do: D }>> } = {
  create: {
    weight: 6,
    arbitrary: fc.record({
      ...{ do: one('create'), key: fc.nat(5), asked: fc.nat(5).map((n) => Math.max(0, n - 4)) },
      ...{ approve: fc.constantFrom(true, true, false), policy: fc.nat(3), twice: rarely },
    }),
  },
  claim: {
    weight: 16,
    arbitrary: fc.record({
      ...{ do: one('claim'), which: some, worker: fc.nat(2), leaseMs, twice: rarely },
      kind: fc.constantFrom('owed', 'owed', 'owed', 'owed', 'execute', 'verify', 'rollback'),
    }),
  },
  work: {
    weight: 40,
    arbitrary: fc.record({
      ...{ do: one('work'), session: fc.nat(5), release: rarely, twice: rarely },
      older: fc.nat(9).map((n) => n === 0),
      luck: fc.array(fc.nat(99), { minLength: 1, maxLength: 4 }),
      fence: fc.constantFrom('own', 'own', 'own', 'own', 'own', 'own', 'wrong', 'none'),
    }),
  },
  order: {
    weight: 12,
    arbitrary: fc.record({
      ...{ do: one('order'), which: some, order: fc.constantFrom(...ORDERS), twice: rarely },
      age: fc.constantFrom(0, 0, 0, 1, 2),
    }),
  },
  renew: {
    weight: 3,
    arbitrary: fc.record({ do: one('renew'), session: fc.nat(5), leaseMs }),
  },
  release: {
    weight: 5,
    arbitrary: fc.record({
      ...{ do: one('release'), session: fc.nat(5), leave: fc.boolean(), twice: rarely },
      dueAt: fc.constantFrom(null, 7_000_000),
    }),
  },
  postpone: {
    weight: 2,
    arbitrary: fc.record({
      do: one('postpone'),
      which: some,
      ms: fc.constantFrom(-10_000, 10_000),
    }),
  },
  renewWork: { weight: 5, arbitrary: fc.record({ do: one('renewWork'), which: some }) },
  expireLease: { weight: 6, arbitrary: fc.record({ do: one('expireLease'), which: some }) },
  overdue: { weight: 3, arbitrary: fc.record({ do: one('overdue'), limit: fc.nat(4) }) },
  lead: {
    weight: 2,
    arbitrary: fc.record({ do: one('lead'), worker: fc.nat(2), expired: rarely }),
  },
  again: { weight: 6, arbitrary: fc.record({ do: one('again'), which: fc.nat(30) }) },
};

/**
 * A life of a store, as long as it takes for several deployments to get
 * somewhere; it shrinks by leaving moves out.
 */
export const someMoves: fc.Arbitrary<readonly Move[]> = fc
  .tuple(
    fc.array(fc.option(MOVES.create.arbitrary, { freq: 8 }), { minLength: 3, maxLength: 3 }),
    fc.array(fc.option(fc.oneof(...Object.values(MOVES)) as fc.Arbitrary<Move>, { freq: 12 }), {
      ...{ minLength: 45, maxLength: 45 },
    }),
  )
  .map(([first, then]) => [...first, ...then].filter((move) => move !== null));
