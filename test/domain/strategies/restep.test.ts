import { expect, test } from 'vitest';
import { stepsFor } from '../../../src/domain/strategies/restep.js';
import { aDeployment, v } from '../../support/fixtures.js';

test('steps that are made anew begin a flag where it stood when they were planned', () => {
  const strategy = { kind: 'feature_flag', flag: 'new-page', stages: [10, 100] } as const;
  const deployment = aDeployment({ flags: true, strategy });
  const { plan } = deployment;
  const flagsAt = [{ flag: 'new-page', percent: 50, version: v('0.9.0') }];

  const planned = { ...deployment, plan: { ...plan, flagsAt } };
  const answer = stepsFor(planned, plan.targets, { targets: new Map(), active: null });

  expect(answer).toMatchObject({ ok: false, error: { path: 'strategy.flag' } });
});
