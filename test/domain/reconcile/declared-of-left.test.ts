import { expect, test } from 'vitest';
import type { TargetId } from '../../../src/domain/model/ids.js';
import { SharedMap } from '../../../src/domain/model/shared-map.js';
import type { TargetStatus } from '../../../src/domain/model/target-status.js';
import { serviceChange } from '../../../src/domain/reconcile/service-change.js';
import { aDeployment, web } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';
import { running, serving, standing, told, webs } from './standing.js';

test('what left the configuration and is still there is asked nothing, also for an audit that knows no plan', () => {
  const known = webs(running(), running(), running());
  const leave = { removedTargets: 'leave' } as const;
  const first = standing(aDeployment({ configured: true, known, policy: leave }), {
    ...{ ...serving('0.9.0'), targets: known },
  });
  const taken = (n: number) => [give.startTarget(web(n)), give.updateTarget(web(n))];
  const before = told(
    first,
    ...[give.approve, give.begin, ...taken(1), give.completeStep(0)],
    ...[...taken(2), give.completeStep(1)],
  );
  const { deployment, service } = told(before, give.judge('healthy'));
  const change = serviceChange(deployment, 99, before.deployment, service);

  expect(change).toMatchObject({ stable: { push: { declared: { others: { 'web-3': '?' } } } } });
  // An audit has the targets as the events tell them, beside any plan.
  const targets = SharedMap.empty<TargetId, TargetStatus>();
  const audited = { ...service, targets, others: service.targets };
  expect(serviceChange(deployment, 99, before.deployment, audited)).toEqual(change);
});
