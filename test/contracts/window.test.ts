import { describe, expect, test } from 'vitest';
import { ScopedWindowSchema, WindowSchema } from '../../src/contracts/config/window.schema.js';
import { isTimeZone } from '../../src/contracts/values/time-zone.js';
import { messagesOf, pathsOf } from './refused.js';

const weekend = {
  kind: 'allow',
  rrule: 'FREQ=WEEKLY;BYDAY=SA',
  duration: '2d',
  timeZone: 'Europe/Berlin',
};

describe('a deployment window', () => {
  test('needs kind, rule, length and time zone; the rest has defaults', () => {
    expect(WindowSchema.parse(weekend)).toEqual({
      ...weekend,
      duration: 2 * 86_400_000,
      start: '1970-01-01T00:00',
      reason: 'deployment window',
    });
    expect(WindowSchema.parse({ ...weekend, kind: 'deny' }).reason).toBe('closed by a window');
  });

  test('takes start and reason as they are written', () => {
    const written = { start: '2026-01-05T09:00', reason: 'the shop is closed' };

    expect(WindowSchema.parse({ ...weekend, ...written })).toMatchObject(written);
  });

  test('ends on the clock instead of after a time, in large or small letters', () => {
    const { duration: _, ...open } = weekend;

    expect(WindowSchema.parse({ ...open, until: 'mo 00:00' })).toEqual({
      ...{ ...open, until: 'MO 00:00' },
      ...{ start: '1970-01-01T00:00', reason: 'deployment window' },
    });
    for (const schema of [WindowSchema, ScopedWindowSchema]) {
      expect(messagesOf(schema, open)).toContain('exactly one of "duration"');
      expect(pathsOf(schema, open)).toEqual(['duration']);
      expect(pathsOf(schema, { ...weekend, until: '06:00' })).toEqual(['until']);
    }
    expect(messagesOf(WindowSchema, { ...open, until: '24:00' })).toContain('"MO 00:00"');
  });

  test('takes a rule with its property name, and in small letters', () => {
    expect(WindowSchema.parse({ ...weekend, rrule: 'RRULE:freq=weekly;byday=sa' }).rrule).toBe(
      weekend.rrule,
    );
  });

  test('of every week says which day, by the rule or by its start', () => {
    const weekly = { ...weekend, rrule: 'FREQ=WEEKLY' };

    expect(messagesOf(WindowSchema, weekly)).toContain('expected BYDAY, or a start');
    expect(pathsOf(WindowSchema, weekly)).toEqual(['rrule']);
    expect(WindowSchema.safeParse({ ...weekly, start: '2026-01-05T09:00' }).success).toBe(true);
  });

  test.each<[string, object, string]>([
    ['a kind that is none', { kind: 'maybe' }, 'kind'],
    ['a rule that is none', { rrule: 'every saturday' }, 'rrule'],
    ['a rule of seconds', { rrule: 'FREQ=SECONDLY' }, 'rrule'],
    ['a day that does not exist', { start: '2026-02-30T09:00' }, 'start'],
    ['no length', { duration: 0 }, 'duration'],
    ['a length of more than a year', { duration: '367d' }, 'duration'],
    ['an offset for a zone', { timeZone: '+01:00' }, 'timeZone'],
    ['a zone that does not exist', { timeZone: 'Europe/Atlantis' }, 'timeZone'],
    ['a reason of two lines', { reason: 'a\nb' }, 'reason'],
  ])('with %s is refused, and the field is named', (_, rest, path) => {
    expect(pathsOf(WindowSchema, { ...weekend, ...rest })).toEqual([path]);
  });

  test('at a service has no scope', () => {
    expect(messagesOf(WindowSchema, { ...weekend, environments: ['eu'] })).toContain(
      '"environments"',
    );
  });
});

describe('a window of the whole configuration', () => {
  test('is for everything, unless it names environments or labels', () => {
    expect(ScopedWindowSchema.parse(weekend)).toMatchObject({ environments: null, labels: {} });

    const scope = { environments: ['production'], labels: { tier: 'db' } };
    expect(ScopedWindowSchema.parse({ ...weekend, ...scope })).toEqual({
      ...WindowSchema.parse(weekend),
      ...scope,
    });
  });

  test.each<[string, object, string]>([
    ['no environment', { environments: [] }, 'environments'],
    ['an environment that is no name', { environments: ['x y'] }, 'environments.0'],
    ['a label that is none', { labels: { tier: '' } }, 'labels.tier'],
    ['a rule of every week and no day', { rrule: 'FREQ=WEEKLY' }, 'rrule'],
  ])('with %s is refused, and the field is named', (_, rest, path) => {
    expect(pathsOf(ScopedWindowSchema, { ...weekend, ...rest })).toEqual([path]);
  });
});

describe('a time zone', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
    '%s is one',
    (name) => {
      expect(isTimeZone(name)).toBe(true);
    },
  );

  test.each(['', '+02:00', 'Europe/Atlantis', 'Europe/Berlin\n', 'x'.repeat(1_000)])(
    '%j is none',
    (name) => {
      expect(isTimeZone(name)).toBe(false);
    },
  );
});
