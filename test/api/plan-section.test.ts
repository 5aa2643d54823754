import { describe, expect, test } from 'vitest';
import { planSection } from '../../src/api/pages/plan-section.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import { aDeployment } from '../support/fixtures.js';

const seen = (deployment: Deployment): string =>
  planSection(deployment)
    .text.replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const planned = (strategy: StrategySpec): Deployment => aDeployment({ strategy });

describe('the plan on a page', () => {
  test('tells the strategy, the steps and the forecast', () => {
    const text = seen(planned({ kind: 'canary', stages: [{ targets: 50, gate: true }, 100] }));

    expect(text).toContain('Strategy canary, stages 50% of the targets + gate → 100%; driver fake');
    expect(text).toContain('gate stage-1, until promoted');
    expect(text).toContain('a rollback at most 2s; stands at 1 gate, as long as nobody promotes.');
  });

  test('tells how long gates are open at most, and names router and flag store', () => {
    const pauseAfterFirst = { timeout: 60_000 };
    const deployment = planned({ kind: 'rolling', pauseAfterFirst });
    const plan = { ...deployment.plan, router: 'haproxy', flags: 'redis' };
    const text = seen({ ...deployment, plan });

    expect(text).toContain('router haproxy; flags in redis;');
    expect(text).toContain('stands at 1 gate, at most 1m');
  });

  test('shows the gate that it stands at', () => {
    const deployment = planned({ kind: 'rolling', pauseAfterFirst: true });
    const gate = { name: 'stage-1', since: 1, until: null };
    const state = { status: 'executing', step: 1, waitUntil: null, gate } as const;

    expect(seen({ ...deployment, state })).toMatch(
      /deploy web-1 done gate stage-1, until promoted waits for a person deploy web-2/,
    );
  });

  test('shows the steps as they are carried out, where they changed since it was planned', () => {
    const deployment = planned({ kind: 'rolling' });
    const replanned = [{ kind: 'wait', ms: 5_000 }] as const;

    expect(seen({ ...deployment, progress: { ...deployment.progress, replanned } })).toContain(
      'wait 5s',
    );
  });
});
