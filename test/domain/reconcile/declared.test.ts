import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TargetId } from '../../../src/domain/model/ids.js';
import { type Declared, declare, declaredVersion } from '../../../src/domain/model/declared.js';
import { ANYTHING } from '../../../src/domain/model/target-status.js';
import { v, web } from '../../support/fixtures.js';
import { NEW, OLD } from './statuses.js';

type End = 'version' | 'nothing' | 'failed' | 'retire_failed' | 'untouched';

const ended = (before: Declared | null, ends: readonly End[], version = NEW): Declared =>
  declare(before, {
    ...{ beside: [], left: [], gone: [] },
    targets: ends.map((_, at) => web(at + 1)),
    version,
    endOf: (id) => ends[Number(id.slice(4)) - 1] ?? 'untouched',
    shares: null,
  });
const NOBODY = { left: [], gone: [] };
const before: Declared = { version: OLD, others: {}, missed: [], shares: { 'web-1': 1 } };

describe('what a service should be', () => {
  test('is the version on every target once a deployment brought it to all', () => {
    expect(ended(null, ['version', 'version'])).toEqual({
      ...{ version: NEW, others: {}, missed: [], shares: null },
    });
  });

  test('is said apart where that is something else: what was there before, nothing, whatever is there', () => {
    expect(ended(before, ['version', 'untouched', 'nothing']).others).toEqual({
      'web-2': OLD,
      'web-3': null,
    });
    expect(ended(null, ['version', 'untouched']).others).toEqual({ 'web-2': ANYTHING });
  });

  test('is the version also where that failed within the tolerance, and nobody calls those', () => {
    expect(ended(before, ['failed', 'version'])).toMatchObject({ others: {}, missed: [web(1)] });
    expect(ended(before, ['retire_failed', 'version'])).toMatchObject({
      others: { 'web-1': null },
      missed: [web(1)],
    });
  });

  test('stays for those of other plans, until a plan names them', () => {
    const apart: Declared = { ...before, others: { 'web-9': null }, missed: [web(8)] };
    const after = ended(apart, ['version']);

    expect(after).toMatchObject({ others: { 'web-9': null }, missed: [web(8)] });
    expect(ended(after, Array<End>(9).fill('version'))).toMatchObject({ others: {}, missed: [] });
  });

  test('leaves what a plan no longer names as it was declared: the new version is not asked of it', () => {
    const outcome = { ...NOBODY, targets: [web(1)], version: NEW, endOf: () => 'version' as const };
    const after = declare(before, { ...outcome, beside: [web(3)], shares: null });

    expect(after.others).toEqual({ 'web-3': OLD });
  });

  test('keeps the shares as they were, until others are declared', () => {
    expect(ended(before, ['version']).shares).toEqual({ 'web-1': 1 });
    const shares = { 'web-2': 1 };
    const outcome = {
      ...NOBODY,
      targets: [],
      beside: [],
      version: NEW,
      endOf: () => 'version' as const,
      shares,
    };
    expect(declare(before, outcome).shares).toEqual(shares);
  });

  const end = fc.constantFrom<End[]>('version', 'nothing', 'failed', 'retire_failed', 'untouched');
  const lives = fc.array(
    fc.tuple(fc.array(end, { minLength: 4, maxLength: 4 }), fc.constantFrom(OLD, NEW)),
    { minLength: 1, maxLength: 5 },
  );

  test('is what became of each target last, and what was missed stays so until it is tried again', () => {
    fc.assert(
      fc.property(lives, (row) => {
        let declared: Declared | null = null;
        const last = new Map<TargetId, string | null>();
        const missed = new Set<TargetId>();
        for (const [ends, version] of row) {
          declared = ended(declared, ends, version);
          for (const [at, each] of ends.entries()) {
            const id = web(at + 1);
            if (each === 'untouched') continue;
            last.set(id, each === 'nothing' || each === 'retire_failed' ? null : version);
            if (each === 'failed' || each === 'retire_failed') missed.add(id);
            else missed.delete(id);
          }
        }
        for (const id of [web(1), web(2), web(3), web(4)]) {
          const should = last.has(id) ? last.get(id) : ANYTHING;
          expect(declared && declaredVersion(declared, id)).toBe(should);
        }
        expect(new Set(declared?.missed)).toEqual(missed);
      }),
    );
  });

  test('has a word for every target', () => {
    const declared: Declared = { ...before, others: { 'web-2': v('3.0.0'), 'web-3': null } };
    const said = [web(1), web(2), web(3)].map((id) => declaredVersion(declared, id));

    expect(said).toEqual([OLD, '3.0.0', null]);
  });
});
