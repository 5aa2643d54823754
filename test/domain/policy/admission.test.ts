import { describe, expect, test } from 'vitest';
import {
  admit,
  type Admission,
  type AdmissionInput,
  type Circumstances,
  startDue,
} from '../../../src/domain/policy/admission.js';
import { aFreeze, allow, API, calendar, deny } from './timetable.js';

const OPEN = { windows: [], startBy: null };
const OVERRIDE = { by: 'ann', reason: 'the shop is down' };

const asked = (
  input: Partial<AdmissionInput>,
  circumstances: Partial<Circumstances> = {},
): Admission =>
  admit(
    { ...API, approvedAt: 0, trigger: 'person', override: null, policy: OPEN, ...input },
    { now: 15, freezes: [], automationHold: null, calendar, ...circumstances },
  );

describe('a deployment that is about to begin', () => {
  test('is admitted where nothing holds it', () => {
    expect(asked({})).toEqual({ kind: 'admitted', overridden: [] });
    expect(asked({ trigger: 'automation', approvedAt: null })).toMatchObject({ kind: 'admitted' });
    expect(asked({ override: OVERRIDE })).toEqual({ kind: 'admitted', overridden: [] });
  });

  test('is held by a window or a freeze, until that lets it', () => {
    expect(asked({ policy: { ...OPEN, windows: [deny('10-20')] } })).toMatchObject({
      kind: 'held',
      hold: { kind: 'window', until: 20 },
    });
    expect(asked({}, { freezes: [aFreeze({ until: 40 })] })).toMatchObject({
      kind: 'held',
      hold: { kind: 'freeze', until: 40 },
    });
  });

  test('tells of the freeze first, and of the time at which the window is open too', () => {
    const policy = { ...OPEN, windows: [allow('50-60')] };

    expect(asked({ policy }, { freezes: [aFreeze({ until: 40 })] })).toMatchObject({
      hold: { kind: 'freeze', until: 50 },
    });
  });

  test('goes through windows and freezes with an override, and tells which', () => {
    const policy = { ...OPEN, windows: [allow('50-60'), deny('10-20')] };
    const admission = asked({ policy, override: OVERRIDE }, { freezes: [aFreeze()] });

    expect(admission).toMatchObject({
      kind: 'admitted',
      overridden: [
        { kind: 'freeze', reason: 'frozen by ann: stocktaking', until: null },
        { kind: 'window', reason: 'no deployments now: shop is open', until: 20 },
        { kind: 'window', reason: 'outside its windows: office hours', until: 50 },
      ],
    });
  });

  describe('after an automatic rollback of its service', () => {
    const automationHold = { reason: 'dep_1 was rolled back: unhealthy', since: 3 };

    test('is held where nobody asked for it by hand, also with an override', () => {
      const expected = {
        kind: 'held',
        hold: {
          kind: 'automation',
          reason: 'automation is held: dep_1 was rolled back: unhealthy',
          until: null,
          liftedBy: 'a person who releases the automation of production/api',
        },
      };

      expect(asked({ trigger: 'automation' }, { automationHold })).toEqual(expected);
      expect(asked({ trigger: 'automation', override: OVERRIDE }, { automationHold })).toEqual(
        expected,
      );
    });

    test('is admitted where a person asked for it', () => {
      expect(asked({ trigger: 'person' }, { automationHold })).toMatchObject({ kind: 'admitted' });
    });
  });

  describe('that must begin by a time', () => {
    const policy = { windows: [deny('0-100')], startBy: 10 };

    test('is expired from then on, whatever holds it, also with an override', () => {
      const expected = {
        kind: 'expired',
        reason: 'start-by expired: it had not begun in time after its approval',
      };

      expect(asked({ policy, approvedAt: 5 })).toEqual(expected);
      expect(asked({ policy, approvedAt: 5, override: OVERRIDE })).toEqual(expected);
      expect(asked({ policy, approvedAt: 6 })).toMatchObject({ kind: 'held' });
    });

    test('is due that long after its approval, and never without one', () => {
      expect(startDue(policy, 5)).toBe(15);
      expect(startDue(policy, null)).toBeNull();
      expect(startDue(OPEN, 5)).toBeNull();
    });
  });
});
