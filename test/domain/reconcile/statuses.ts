import fc from 'fast-check';
import type { TargetId, Version } from '../../../src/domain/model/ids.js';
import type { Desired, Limits, Turn } from '../../../src/domain/reconcile/effect.js';
import { runsWell, servingWords } from '../../../src/domain/model/serving.js';
import { SharedMap } from '../../../src/domain/model/shared-map.js';
import type { ServiceStatus } from '../../../src/domain/model/service-status.js';
import {
  ANYTHING,
  type Known,
  type TargetStatus,
  UNTOUCHED,
} from '../../../src/domain/model/target-status.js';
import { v, web } from '../../support/fixtures.js';
import { BEFORE_ID, running } from './standing.js';

export const OLD = v('0.9.0');
export const NEW = v('1.0.0');

export type Service = Pick<ServiceStatus, 'targets'>;

const known = <T>(...values: readonly [T, ...T[]]): fc.Arbitrary<Known<T>> =>
  fc
    .shuffledSubarray([...values], { minLength: 1 })
    .map(([first, ...rest]): Known<T> => [first ?? values[0], ...rest]);
const bad = fc.constantFrom(null, null, OLD, NEW);
const heldOut = fc.constantFrom(null, null, null, 'maintenance' as const, 'drained' as const);
const up = fc.constantFrom(undefined, true, true, false, null);

/** Everything that can be known of a target, sure or not. */
export const aStatus: fc.Arbitrary<TargetStatus> = fc
  .record({
    version: known<Version | null | typeof ANYTHING>(OLD, NEW, null, ANYTHING),
    inRotation: known(true, false),
    weight: known<number | null>(null, 0, 0.25, 0.5, 1),
    bad,
    heldOut,
    up,
  })
  .map(({ up: its, ...status }) => seenUp({ ...UNTOUCHED, ...status, by: BEFORE_ID }, its));

/** What is sure of it; it serves more often than not. */
export const aSureStatus: fc.Arbitrary<TargetStatus> = fc
  .record({
    version: fc.constantFrom(OLD, OLD, NEW, null),
    inRotation: fc.constantFrom(true, true, true, false),
    weight: fc.constantFrom(null, 0, 0.25, 0.5),
    bad,
    heldOut,
    up,
  })
  .map(({ version, inRotation, weight, up: its, ...status }) =>
    seenUp(
      {
        ...{ ...UNTOUCHED, ...status, by: BEFORE_ID },
        ...{ version: [version], inRotation: [inRotation], weight: [weight] },
      },
      its,
    ),
  );

const seenUp = (status: TargetStatus, its: boolean | null | undefined): TargetStatus =>
  its === undefined ? status : { ...status, seen: { up: its } };

/** Most are well and serve; of the others anything may be so. */
export const mostlyWell: fc.Arbitrary<TargetStatus> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(running('0.9.0', { seen: { up: true } })) },
  { weight: 1, arbitrary: aStatus },
);

export const serviceOf = (...statuses: readonly TargetStatus[]): Service => ({
  targets: SharedMap.from(
    statuses.map((status, at) => [web(at + 1), status] as const),
    servingWords,
  ),
});

export const aService = (status: fc.Arbitrary<TargetStatus>): fc.Arbitrary<Service> =>
  fc.array(status, { minLength: 1, maxLength: 5 }).map((all) => serviceOf(...all));

/** Some of these should run the new version, the others the old one, each with a part of the traffic. */
export function wanted(
  ids: readonly TargetId[],
  change: Partial<Desired> = {},
  version: Version | null = NEW,
): Desired {
  const versions = new Map(ids.map((id) => [id, version] as const));
  return {
    versions,
    isDone: (id, status) => runsWell(status, versions.get(id) ?? null),
    admits: true,
    isDeclared: (_, status) => runsWell(status, OLD),
    shares: null,
    closed: new Set(),
    moves: false,
    leaves: false,
    ...change,
  };
}

export const limits = (change: Partial<Limits> = {}): Limits => ({
  floor: 0,
  width: 1,
  routed: true,
  turnOf: (): Turn => 'now',
  ...change,
});
