import { describe, expect, test } from 'vitest';
import { PromotionsSchema } from '../../src/contracts/config/promotion.schema.js';
import {
  promotedDeploymentId,
  promotionJobId,
  promotionKey,
} from '../../src/contracts/values/promotion-ids.js';
import { promotionView } from '../../src/contracts/views/release-view.js';
import { turned } from '../../src/domain/promotion/promotion.js';
import { anId } from '../support/fixtures.js';
import { aPromotion, HERE, PRODUCTION } from '../domain/promotion/promotions.js';
import { messagesOf, pathsOf } from './refused.js';

const way = (from: string, to: string) => ({ from, to });

describe('configured promotions', () => {
  test('are at once and by themselves where nothing else is said', () => {
    expect(PromotionsSchema.parse([way('staging', 'production')])).toEqual([
      { from: 'staging', to: 'production', soak: 0, auto: true },
    ]);
    expect(
      PromotionsSchema.parse([
        { ...way('staging', 'production'), soak: '10m', auto: false },
        { ...way('staging', 'eu') },
        { ...way('dev', 'staging') },
      ]),
    ).toMatchObject([{ soak: 600_000, auto: false }, { to: 'eu' }, { from: 'dev' }]);
  });

  test.each<[string, object, string]>([
    ['an environment that is no name', [way('Staging', 'production')], '0.from'],
    ['no place to go', [{ from: 'staging' }], '0.to'],
    ['a soak of no length', [{ ...way('staging', 'eu'), soak: 'long' }], '0.soak'],
    ['a way twice', [way('a', 'b'), way('c', 'd'), way('a', 'b')], '2.to'],
  ])('with %s are refused, and the field is named', (_, rules, path) => {
    expect(pathsOf(PromotionsSchema, rules)).toContain(path);
  });

  test('that lead around are refused', () => {
    expect(messagesOf(PromotionsSchema, [way('a', 'b'), way('b', 'c'), way('c', 'a')])).toBe(
      'versions would go around: a after c after b after a',
    );
    expect(messagesOf(PromotionsSchema, [way('a', 'a')])).toBe(
      'versions would go around: a after a',
    );
  });

  test('with a field that they do not have are refused', () => {
    expect(messagesOf(PromotionsSchema, [{ ...way('a', 'b'), delay: 1 }])).toContain('"delay"');
  });
});

describe('a promoted deployment', () => {
  test('is one per source and environment', () => {
    const source = anId();
    const there = { ...HERE, environment: PRODUCTION };

    expect(promotedDeploymentId(source, there)).toBe(promotedDeploymentId(source, there));
    expect(promotedDeploymentId(source, there)).not.toBe(promotedDeploymentId(source, HERE));
    expect(promotedDeploymentId(source, there)).not.toBe(promotedDeploymentId(anId(), there));
  });

  test('has a job and a key that say where it came from', () => {
    const promotion = aPromotion();

    expect(promotionJobId(promotion.id)).toBe(`promotion.${promotion.source}.production`);
    expect(promotionKey(promotion)).toBe(`promotion:${promotion.source}:production`);
  });
});

describe('what programs read of a promotion', () => {
  test('is where it goes, how far it is, and why', () => {
    const promotion = aPromotion();

    expect(promotionView(promotion)).toEqual({
      id: promotion.id,
      service: 'api',
      from: 'staging',
      to: 'production',
      version: '2.0.0',
      sourceDeploymentId: promotion.source,
      deploymentId: null,
      state: 'soaking',
      reason: null,
      auto: true,
      approvedBy: null,
      soakUntil: '1970-01-01T00:26:40.000Z',
      createdAt: '1970-01-01T00:16:40.000Z',
    });
    expect(promotionView(turned(promotion, { status: 'promoted' }))).toMatchObject({
      deploymentId: promotion.deploymentId,
    });
    expect(
      promotionView(turned(promotion, { status: 'dropped', reason: 'replaced' })),
    ).toMatchObject({ state: 'dropped', reason: 'replaced', deploymentId: null });
  });
});
