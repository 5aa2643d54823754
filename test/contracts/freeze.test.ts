import { describe, expect, test } from 'vitest';
import { FreezeInputSchema } from '../../src/contracts/freeze-input.js';
import {
  automationHoldView,
  freezeRecordView,
  freezeView,
} from '../../src/contracts/views/freeze-view.js';
import { messagesOf, pathsOf } from './refused.js';

describe('asking for a freeze', () => {
  test('needs a reason; without more it is of everything, from now, until it is lifted', () => {
    expect(FreezeInputSchema.parse({ reason: 'stocktaking' })).toEqual({
      scope: { environment: null, service: null, labels: {} },
      reason: 'stocktaking',
      by: null,
      from: null,
      until: null,
      for: null,
    });
  });

  test('takes scope and times as people write them', () => {
    expect(
      FreezeInputSchema.parse({
        id: 'xmas-2026',
        scope: { environment: 'production', service: 'api', label: { tier: 'db' } },
        reason: 'Christmas',
        by: 'ann',
        from: '2026-12-20T18:00:00+01:00',
        until: 1_798_700_000_000,
      }),
    ).toMatchObject({
      id: 'xmas-2026',
      scope: { environment: 'production', service: 'api', labels: { tier: 'db' } },
      from: Date.UTC(2026, 11, 20, 17),
      until: 1_798_700_000_000,
    });
    expect(FreezeInputSchema.parse({ reason: 'r', for: '2h' }).for).toBe(7_200_000);
  });

  test.each<[string, object, string]>([
    ['no reason', {}, 'reason'],
    ['an id that is none', { reason: 'r', id: 'a b' }, 'id'],
    [
      'a scope of an odd environment',
      { reason: 'r', scope: { environment: 'A' } },
      'scope.environment',
    ],
    ['a time without its offset', { reason: 'r', until: '2026-12-20T18:00:00' }, 'until'],
    ['an end and a length', { reason: 'r', until: 5, for: '2h' }, 'until'],
    ['a length of no time', { reason: 'r', for: 0 }, 'for'],
  ])('with %s is refused, and the field is named', (_, input, path) => {
    expect(pathsOf(FreezeInputSchema, input)).toEqual([path]);
  });

  test('with a field that does not exist is refused', () => {
    expect(messagesOf(FreezeInputSchema, { reason: 'r', scope: { region: 'eu' } })).toContain(
      '"region"',
    );
  });
});

describe('what is shown', () => {
  const freeze = {
    id: 'f-1',
    scope: { environment: 'production', service: null, labels: { tier: 'db' } },
    reason: 'stocktaking',
    by: 'ann',
    from: 0,
    until: 1_000,
  };

  test('of a freeze is in the words in which it is asked for', () => {
    const view = freezeView(freeze);

    expect(view).toEqual({
      id: 'f-1',
      scope: { environment: 'production', service: null, label: { tier: 'db' } },
      reason: 'stocktaking',
      by: 'ann',
      from: '1970-01-01T00:00:00.000Z',
      until: '1970-01-01T00:00:01.000Z',
    });
    expect(FreezeInputSchema.parse(view)).toMatchObject(freeze);
    expect(freezeView({ ...freeze, until: null }).until).toBeNull();
  });

  test('of a hold and of a record has times that people read', () => {
    const deploymentId = 'dep_0123456789';

    expect(automationHoldView({ reason: 'unhealthy', since: 1_000, deploymentId })).toEqual({
      reason: 'unhealthy',
      since: '1970-01-01T00:00:01.000Z',
      deploymentId,
    });
    expect(
      freezeRecordView({ type: 'unfrozen', subject: 'f-1', by: null, reason: 'r', at: 0 }),
    ).toEqual({
      type: 'unfrozen',
      subject: 'f-1',
      by: null,
      reason: 'r',
      time: '1970-01-01T00:00:00.000Z',
    });
  });
});
