import { describe, expect, test } from 'vitest';
import type { Verification } from '../../../src/domain/model/verification.js';
import type { Promotion } from '../../../src/domain/promotion/promotion.js';
import { turned } from '../../../src/domain/promotion/promotion.js';
import {
  approvePromotion,
  type PromotionFacts,
  promotionOwed,
} from '../../../src/domain/promotion/promotion-owed.js';
import {
  type TargetStatus,
  type TargetStatuses,
  UNTOUCHED,
} from '../../../src/domain/model/target-status.js';
import { aDeployment, anId, v, web } from '../../support/fixtures.js';
import { aPromotion, aRule, AT, HERE, PRODUCTION } from './promotions.js';

const OVER = AT + 600_000;
const aHealth = (status: Verification['status'], reason: string): Verification => ({
  status,
  reason,
  checks: [],
});

/** All is well, unless it is said otherwise. */
const facts = (promotion: Promotion, more: Partial<PromotionFacts> = {}): PromotionFacts => ({
  rule: aRule(),
  source: aDeployment({ id: promotion.source, ref: HERE, version: '2.0.0' }),
  activeFrom: {
    ...HERE,
    version: promotion.version,
    deploymentId: promotion.source,
    since: AT,
  },
  activeTo: null,
  toPromoted: false,
  targets: new Map(),
  planned: false,
  job: { state: 'absent' },
  ...more,
});

const owed = (promotion: Promotion, more: Partial<PromotionFacts> = {}, now = OVER) =>
  promotionOwed(promotion, facts(promotion, more), now);
const inProduction = (version: string | null, since: number) => ({
  ...HERE,
  environment: PRODUCTION,
  version: version === null ? null : v(version),
  deploymentId: anId(),
  since,
});
const known = (change: Partial<TargetStatus>, by: Promotion['source']): TargetStatuses =>
  new Map([[web(1), { ...UNTOUCHED, version: [v('2.0.0')], by, ...change }]]);
const ILL = { bad: v('2.0.0') };

describe('a soak', () => {
  test('that is not over leaves the promotion as it is until then', () => {
    const promotion = aPromotion();

    expect(owed(promotion, { rule: null }, OVER - 5)).toEqual({
      after: promotion,
      publish: false,
      lookInMs: 5,
    });
  });

  test('that was good to its end promotes: the intent, then the job', () => {
    const promotion = aPromotion();

    expect(owed(promotion)).toEqual({
      after: turned(promotion, { status: 'promoting' }),
      publish: true,
      lookInMs: 1_000,
    });
  });

  test('that was good leaves the rest to a person where that is configured', () => {
    const { after, publish } = owed(aPromotion({ auto: false }));

    expect(after.state).toEqual({
      status: 'ready',
      reason: 'it waits for a person, as configured',
    });
    expect(publish).toBe(false);
    expect(owed(after)).toMatchObject({ after, publish: false });
  });

  test('leaves the rest to a person where somebody put another version there meanwhile', () => {
    const promotion = aPromotion();
    const activeTo = inProduction('1.9.1', AT + 1);

    expect(owed(promotion, { activeTo }).after.state).toEqual({
      status: 'ready',
      reason: `somebody put 1.9.1 in production meanwhile (${activeTo.deploymentId}): a person decides`,
    });
    const unknown = inProduction(null, AT + 1);
    expect(owed(promotion, { activeTo: unknown }).after.state).toMatchObject({ status: 'ready' });
    expect(owed(promotion, { activeTo, toPromoted: true }).publish).toBe(true);
    expect(owed(promotion, { activeTo: inProduction('1.9.0', AT) }).publish).toBe(true);
  });

  const other = anId();
  test.each<[string, (promotion: Promotion) => Partial<PromotionFacts>]>([
    ['api is no longer promoted from staging to production', () => ({ rule: null })],
    [
      `is no longer active in staging: ${other} is`,
      () => ({ activeFrom: { ...HERE, version: v('2.1.0'), deploymentId: other, since: AT } }),
    ],
    ['is no longer active in staging: nothing is', () => ({ activeFrom: null })],
    [
      '2.0.0 is not on every target in staging',
      ({ source }) => ({
        activeFrom: { ...HERE, version: null, deploymentId: source, since: AT },
      }),
    ],
    ['2.0.0 is already active in production', () => ({ activeTo: inProduction('2.0.0', AT + 1) })],
    [
      'it was degraded in staging: slow',
      ({ source }) => ({
        source: { ...aDeployment({ id: source }), health: aHealth('degraded', 'slow') },
      }),
    ],
    ['unhealthy in staging: web-1', ({ source }) => ({ targets: known(ILL, source) })],
    [
      'it is not sure what runs in staging on web-1',
      ({ source }) => ({ targets: known({ version: [v('2.0.0'), '?'] }, source) }),
    ],
  ])('ends without a promotion, and the reason is kept: %s', (reason, more) => {
    const promotion = aPromotion();
    const { after, publish } = owed(promotion, more(promotion));

    expect(after.state).toEqual({ status: 'dropped', reason: expect.stringContaining(reason) });
    expect(publish).toBe(false);
    expect(owed(after).after).toBe(after);
  });

  test('minds no target that is well, or not of this deployment', () => {
    const promotion = aPromotion();
    const source = {
      ...aDeployment({ id: promotion.source }),
      health: aHealth('healthy', 'all passed'),
    };

    expect(owed(promotion, { targets: known({}, promotion.source) }).publish).toBe(true);
    expect(owed(promotion, { targets: known(ILL, anId()) }).publish).toBe(true);
    expect(owed(promotion, { source: null, targets: known({}, anId()) }).publish).toBe(true);
    const older = known({ bad: v('1.0.0') }, promotion.source);
    expect(owed(promotion, { targets: older }).publish).toBe(true);
    const empty = known({ version: [null] }, promotion.source);
    expect(owed(promotion, { targets: empty }).publish).toBe(true);
    const kept = new Map([[web(9), { ...UNTOUCHED, by: promotion.source }]]);
    expect(owed(promotion, { targets: kept }).publish).toBe(true);
    expect(owed(promotion, { source }).publish).toBe(true);
  });
});

describe('a promotion whose deployment was asked for', () => {
  const promoting = turned(aPromotion(), { status: 'promoting' });

  test('waits for its job, and publishes it again where it is missing', () => {
    expect(owed(promoting, { job: { state: 'queued' } })).toEqual({
      after: promoting,
      publish: false,
      lookInMs: 1_000,
    });
    expect(owed(promoting)).toMatchObject({ after: promoting, publish: true });
  });

  test('is done when that deployment is there', () => {
    expect(owed(promoting, { planned: true, job: { state: 'done' } }).after.state).toEqual({
      status: 'promoted',
    });
  });

  test('fails with the reason why it was refused', () => {
    const job = { state: 'refused', reason: 'targets: none' } as const;

    expect(owed(promoting, { job }).after.state).toEqual({
      status: 'failed',
      reason: 'targets: none',
    });
    expect(owed(promoting, { job: { state: 'done' } }).after.state).toEqual({
      status: 'failed',
      reason: 'its deployment is no longer in the store',
    });
  });
});

describe('a person who promotes', () => {
  const approved = (promotion: Promotion): Promotion => {
    const answer = approvePromotion(promotion, 'ann', OVER + 5);
    if (!answer.ok) throw new Error(answer.error);
    return answer.value;
  };

  test('lets go on what waited, whatever automation had doubts about', () => {
    const ready = turned(aPromotion(), { status: 'ready', reason: 'somebody put 1.9.1 there' });
    const going = approved(ready);

    expect(going).toMatchObject({
      state: { status: 'soaking' },
      approvedBy: 'ann',
      soakUntil: OVER,
      revision: ready.revision + 1,
    });
    expect(owed(going, { activeTo: inProduction('1.9.1', AT + 1) }).publish).toBe(true);
    expect(owed(going, { activeFrom: null }).after.state.status).toBe('dropped');
  });

  test('early does not shorten the soak', () => {
    const going = approved(aPromotion({ auto: false }));

    expect(owed(going, {}, OVER - 1).publish).toBe(false);
    expect(owed(going).publish).toBe(true);
  });

  test('again changes nothing', () => {
    const going = approved(aPromotion({ auto: false }));
    const promoting = turned(aPromotion(), { status: 'promoting' });

    expect(approved(going)).toBe(going);
    expect(approved(promoting)).toBe(promoting);
  });

  test('is told when nothing can become of it any more', () => {
    const dropped = turned(aPromotion(), { status: 'dropped', reason: 'replaced' });

    expect(approvePromotion(dropped, 'ann', OVER)).toEqual({
      ok: false,
      error: `cannot promote ${dropped.id}: it is dropped`,
    });
  });
});
