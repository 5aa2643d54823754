import { describe, expect, test } from 'vitest';
import { environmentName } from '../../../src/domain/model/ids.js';
import { concernsPromotions } from '../../../src/domain/promotion/follow-events.js';
import {
  isMoving,
  isOpen,
  type Promotion,
  promotionId,
  turned,
} from '../../../src/domain/promotion/promotion.js';
import { v } from '../../support/fixtures.js';
import { anEvent, aPromotion, aRule, AT, follow, HERE, PRODUCTION, STAGING } from './promotions.js';

const EU = environmentName('eu');

describe('a completed deployment', () => {
  test('begins to soak in its environment, on its way to the next', () => {
    const event = anEvent('completed');
    const [change, ...others] = follow([event]);

    expect(others).toEqual([]);
    expect(change?.before).toBeNull();
    expect(change?.after).toMatchObject({
      id: `${event.deploymentId}.production`,
      service: 'api',
      from: STAGING,
      to: PRODUCTION,
      version: '2.0.0',
      source: event.deploymentId,
      auto: true,
      approvedBy: null,
      state: { status: 'soaking' },
      revision: 1,
      createdAt: AT,
      soakUntil: AT + 600_000,
    });
    expect(change?.after.deploymentId).toMatch(/^dep_/);
    expect(change?.after.deploymentId).not.toBe(event.deploymentId);
  });

  test('goes on to each environment that a rule names', () => {
    const changes = follow([anEvent('completed')], [], [aRule(), aRule({ to: EU, auto: false })]);

    expect(changes.map(({ after }) => [after.to, after.auto])).toEqual([
      [PRODUCTION, true],
      [EU, false],
    ]);
  });

  test('goes nowhere where no rule begins', () => {
    expect(follow([anEvent('completed', { environment: PRODUCTION })])).toEqual([]);
    expect(follow([anEvent('planned')])).toEqual([]);
  });

  test('takes the place of the one that was soaking, or waited for a person', () => {
    const soaking = aPromotion();
    const ready = turned(aPromotion(), { status: 'ready', reason: 'as configured' });
    const event = anEvent('completed', { version: v('2.1.0') });
    const changes = follow([event], [soaking, ready]);

    const reason = `replaced by 2.1.0 (${event.deploymentId}) in staging`;
    expect(changes).toHaveLength(3);
    expect(changes[0]).toEqual({
      before: soaking,
      after: turned(soaking, { status: 'dropped', reason }),
    });
    expect(changes[1]?.after).toMatchObject({ state: { reason }, revision: ready.revision + 1 });
  });

  test('leaves one alone whose deployment was asked for already', () => {
    const promoting = turned(aPromotion(), { status: 'promoting' });

    expect(follow([anEvent('completed')], [promoting]).map(({ before }) => before)).toEqual([null]);
  });

  test('leaves other services and environments alone', () => {
    const elsewhere = aPromotion({ from: EU });

    expect(follow([anEvent('completed')], [elsewhere])).toHaveLength(1);
  });

  test('told twice begins once', () => {
    const event = anEvent('completed');
    const [change] = follow([event, event]);
    const begun = change?.after ? [change.after] : [];

    expect(follow([event, event])).toHaveLength(1);
    expect(follow([event], begun)).toEqual([]);
  });
});

describe('a rollback', () => {
  test('ends the soak of the deployment that goes back, and of no other', () => {
    const promotion = aPromotion();
    const other = aPromotion();
    const event = anEvent('rollback_started', { deploymentId: promotion.source });

    expect(follow([event], [promotion, other])).toEqual([
      {
        before: promotion,
        after: turned(promotion, {
          status: 'dropped',
          reason: `${promotion.source} was rolled back in staging`,
        }),
      },
    ]);
  });

  test('among the same events as its completion leaves one new promotion, dropped', () => {
    const { deploymentId } = anEvent('completed');
    const changes = follow([
      anEvent('completed', { deploymentId }),
      anEvent('rollback_started', { deploymentId }),
    ]);

    expect(changes).toMatchObject([{ before: null, after: { state: { status: 'dropped' } } }]);
  });
});

describe('a promotion', () => {
  test.each<[Promotion['state'], boolean, boolean]>([
    [{ status: 'soaking' }, true, true],
    [{ status: 'promoting' }, true, true],
    [{ status: 'ready', reason: 'as configured' }, true, false],
    [{ status: 'promoted' }, false, false],
    [{ status: 'dropped', reason: 'replaced' }, false, false],
    [{ status: 'failed', reason: 'refused' }, false, false],
  ])('is open, and moves by itself, as its state says (%j)', (state, open, moving) => {
    expect(isOpen(aPromotion({ state }))).toBe(open);
    expect(isMoving(aPromotion({ state }))).toBe(moving);
  });

  test('has an id that is safe in keys, or none', () => {
    expect(promotionId('dep_0123456789.eu-1')).toBe('dep_0123456789.eu-1');
    expect(() => promotionId('dep_0123456789')).toThrow('is not a promotion id: it must match');
  });

  test('is concerned by few events', () => {
    const types = (['completed', 'rollback_started', 'planned'] as const).map((type) =>
      concernsPromotions(anEvent(type, HERE)),
    );

    expect(types).toEqual([true, true, false]);
  });
});
