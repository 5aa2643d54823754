import { describe, expect, test } from 'vitest';
import type { Override } from '../../../src/domain/model/deployment/progress.js';
import type { Freeze } from '../../../src/domain/model/plan/freeze.js';
import type { DeploymentWindow } from '../../../src/domain/model/plan/window.js';
import { admit, type Admission } from '../../../src/domain/policy/admission.js';
import { coveredBy, coverWords } from '../../../src/domain/policy/override-coverage.js';
import { closuresAt } from '../../../src/domain/policy/window-verdict.js';
import { aFreeze, allow, API, calendar, deny } from './timetable.js';

interface Notice {
  readonly windows?: readonly DeploymentWindow[];
  readonly freezes?: readonly Freeze[];
}

/** Given by ann at that time, for what holds it then. */
const givenAt = (at: number, { windows = [], freezes = [] }: Notice): Override => ({
  ...{ by: 'ann', reason: 'a hotfix' },
  covers: coveredBy(closuresAt({ subject: API, windows, freezes, calendar }, at)),
});

const askedAt = (
  now: number,
  override: Override,
  { windows = [], freezes = [] }: Notice,
): Admission =>
  admit(
    { ...API, approvedAt: 0, trigger: 'person', override, policy: { windows, startBy: null } },
    { now, freezes, automationHold: null, calendar },
  );

describe('an override', () => {
  const stocktaking = aFreeze();
  const broken = aFreeze({ id: 'f-2', by: 'bob', reason: 'the disk is broken', from: 12 });

  test('lists what held the deployment when it was given, and lets it through that', () => {
    const override = givenAt(10, { windows: [deny('5-20')], freezes: [stocktaking] });

    expect(override.covers).toMatchObject([
      { kind: 'freeze', reason: 'frozen by ann: stocktaking', until: null },
      { kind: 'window', reason: 'no deployments now: shop is open', until: 20 },
    ]);
    expect(
      askedAt(15, override, { windows: [deny('5-20')], freezes: [stocktaking] }),
    ).toMatchObject({ kind: 'admitted', overridden: [{ kind: 'freeze' }, { kind: 'window' }] });
  });

  test('does not cover a freeze that comes later, and the hold says so', () => {
    const override = givenAt(10, { freezes: [stocktaking] });

    expect(askedAt(15, override, { freezes: [stocktaking, broken] })).toMatchObject({
      kind: 'held',
      hold: {
        kind: 'freeze',
        reason:
          'frozen by bob: the disk is broken; the override by ann does not cover it, as that was given for: frozen by ann: stocktaking',
        until: null,
      },
    });
    expect(askedAt(15, override, { freezes: [stocktaking] }).kind).toBe('admitted');
  });

  test('covers no freeze that took the place of the one it was given for', () => {
    const override = givenAt(10, { freezes: [stocktaking] });
    const again = [
      { ...stocktaking, from: 12 },
      { ...stocktaking, reason: 'a breach' },
    ];

    for (const freeze of again) {
      expect(askedAt(15, override, { freezes: [freeze] }).kind).toBe('held');
    }
    // The same for longer is the same.
    expect(askedAt(15, override, { freezes: [{ ...stocktaking, until: 90 }] }).kind).toBe(
      'admitted',
    );
  });

  test('covers this time of a window and not its next', () => {
    const windows = [deny('5-20 40-60')];
    const outside = [allow('20-30 50-60')];

    expect(askedAt(15, givenAt(10, { windows }), { windows }).kind).toBe('admitted');
    expect(askedAt(45, givenAt(10, { windows }), { windows })).toMatchObject({
      kind: 'held',
      hold: { kind: 'window', until: 60 },
    });
    expect(askedAt(15, givenAt(10, { windows: outside }), { windows: outside }).kind).toBe(
      'admitted',
    );
    expect(askedAt(35, givenAt(10, { windows: outside }), { windows: outside }).kind).toBe('held');
  });

  test('does not make what holds it last longer by what it covers', () => {
    const override = givenAt(10, { freezes: [stocktaking] });
    const both = { freezes: [stocktaking, { ...broken, until: 30 }] };

    expect(askedAt(15, override, both)).toMatchObject({ hold: { until: 30 } });
  });

  test('that was given when nothing held it covers nothing, and says so', () => {
    const override = givenAt(10, {});

    expect(override.covers).toEqual([]);
    expect(askedAt(15, override, { freezes: [broken] })).toMatchObject({
      hold: {
        reason:
          'frozen by bob: the disk is broken; the override by ann does not cover it, as nothing held it when that was given',
      },
    });
  });

  test('of a rollback lists nothing, and covers whatever comes', () => {
    const override = { by: 'ann', reason: 'a rollback waits for no window and no freeze' };

    expect(askedAt(15, override, { freezes: [broken] }).kind).toBe('admitted');
  });

  test('is told with what it is for', () => {
    expect(coverWords(givenAt(10, { freezes: [stocktaking] }).covers)).toBe(
      '; for: frozen by ann: stocktaking',
    );
    expect(coverWords([])).toBe('; it covers nothing, as nothing held it then');
    expect(coverWords(undefined)).toBe('');
  });
});
