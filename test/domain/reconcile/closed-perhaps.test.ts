import { expect, test } from 'vitest';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import { aDeployment, after, web } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';
import { serving, standing, type Standing, statusOfWeb, told } from './standing.js';

const first = standing(after(aDeployment(), give.approve, give.begin), serving('0.9.0'));
const one = (from: Standing, ...said: readonly PlanEvent[]) => statusOfWeb(told(from, ...said), 1);
const draining = { type: 'deployment.target_draining', target: web(1) } as const;
const drained = { type: 'deployment.target_drained', target: web(1), evidence: {} } as const;
const admitting = { type: 'deployment.target_admitting', target: web(1) } as const;
const admitted = { type: 'deployment.target_admitted', target: web(1), evidence: {} } as const;

test('a drain of what may have been opened leaves it closed perhaps, also where its answer is lost', () => {
  const closing = { type: 'deployment.target_closing', target: web(1), withinMs: 9 } as const;
  const closed = { type: 'deployment.target_closed', target: web(1), evidence: {} } as const;
  const seen = {
    ...{ type: 'deployment.router_seen' as const },
    targets: { 'web-1': { inRotation: false, share: 0, heldOut: null } },
  };

  expect(one(first, closing, closed)).toMatchObject({ inRotation: [false], closed: true });
  expect(one(first, closing, closed, admitting, draining, seen)).toMatchObject({
    ...{ inRotation: [false], closed: 'perhaps' },
  });
  expect(one(first, closing, draining, seen).closed).toBe('perhaps');
  expect(one(first, closing, closed, admitting, admitted).closed).toBeUndefined();
});

test('a close that got no answer closed perhaps, also what was drained before and is drained again', () => {
  const closing = { type: 'deployment.target_closing', target: web(1), withinMs: 9 } as const;
  const closed = { type: 'deployment.target_closed', target: web(1), evidence: {} } as const;

  expect(one(first, draining, drained, closing).closed).toBe('perhaps');
  expect(one(first, draining, drained, closing, draining, drained).closed).toBe('perhaps');
  expect(one(first, draining, drained, closing, closed).closed).toBe(true);
  expect(one(first, closing, closed, closing).closed).toBe(true);
});
