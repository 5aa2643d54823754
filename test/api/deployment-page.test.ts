import { describe, expect, test } from 'vitest';
import { deploymentPage } from '../../src/api/pages/deployment-page.js';
import { showView } from '../../src/contracts/views/deployment-view.js';
import { evolve } from '../../src/domain/plan/fold/evolve.js';
import type { PlanEvent } from '../../src/domain/model/deployment/plan-event.js';
import { UNTOUCHED } from '../../src/domain/model/target-status.js';
import { anId, aDraft, type DeploymentFixture, record, v, web } from '../support/fixtures.js';

const HOSTILE = `</td><script>alert("x")</script>&'\``;

function lived(fixture: DeploymentFixture, facts: readonly PlanEvent[]) {
  const drafted = aDraft(fixture);
  const later = record(drafted.deployment, facts, 90_500);
  return {
    deployment: later.reduce(evolve, drafted.deployment),
    events: [...drafted.events, ...later],
  };
}

const pageOf = ({ deployment, events }: ReturnType<typeof lived>): string =>
  deploymentPage({ deployment, events, known: new Map(), now: 0 }).text;

/** What a reader sees, without tags. */
const seen = (page: string): string =>
  page
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

const previous = { version: v('0.9.0'), deploymentId: anId() };
const started: readonly PlanEvent[] = [
  { type: 'deployment.approved', by: 'ci' },
  { type: 'deployment.started', previous, declared: null, shares: null },
  { type: 'deployment.target_started', target: web(1), fence: 1, worker: 'w' },
];

describe('the page of a deployment', () => {
  test('tells state, versions, plan, forecast, targets and numbered events of one that is under way', () => {
    const page = pageOf(
      lived({ version: '1.0.0', checked: true }, [
        ...started,
        { type: 'deployment.target_updated', target: web(1), evidence: {} },
        { type: 'deployment.step_completed', step: 0 },
      ]),
    );

    const text = seen(page);
    expect(text).toContain('api 1.0.0 executing');
    expect(text).toContain('Previous version 0.9.0');
    expect(page).toContain(`href="/deployments/${previous.deploymentId}"`);
    expect(page).toContain('href="/queues"');
    expect(text).toContain('2 batches of at most 1 target; at least 1 of 2 go on serving');
    expect(text).toContain('Serving: the checks say what serves.');
    expect(text).toMatch(/deploy web-1 done check web-1 now deploy web-2/);
    expect(text).toMatch(/web-1 127\.0\.0\.1:8080 updated 1\.0\.0 –/);
    expect(text).toContain('1970-01-01 00:01:30.500Z step_completed executing tester step 1');
    expect(text).toMatch(/ 1 1970-01-01 00:00:01\.000Z planned draft tester/);
    expect(text).not.toContain('Result');
  });

  test('names what is on targets that it did not touch, and on one that has ended that this is so now', () => {
    const running = lived({ version: '1.0.0' }, [...started]);
    const known = new Map([[web(2), { ...UNTOUCHED, version: [v('0.9.0')] as const }]]);
    expect(seen(deploymentPage({ ...running, known, now: 0 }).text)).toMatch(
      /web-2 \S+ pending 0\.9\.0 –/,
    );
    expect(seen(pageOf(running))).toMatch(/web-2 \S+ pending not known –/);
    const failed = lived({ version: '1.0.0' }, [
      ...started,
      { type: 'deployment.failed', reason: 'over' },
    ]);
    expect(seen(deploymentPage({ ...failed, known, now: 0 }).text)).toMatch(
      /pending 0\.9\.0 \(now\) –/,
    );
  });

  test('tells what failed with the last lines of what it said, as text', () => {
    const page = pageOf(
      lived({ version: '1.0.0' }, [
        ...started,
        {
          ...{ type: 'deployment.target_failed', target: web(1), error: 'exit 7', cause: 'call' },
          evidence: { output: `copying\n${HOSTILE} no space\n` },
        },
      ]),
    );
    expect(seen(page)).toContain('Failures web-1 exit 7 , 1970-01-01');
    expect(page).toMatch(/<pre>copying\n&lt;\/td&gt;&lt;script.* no space<\/pre>/);
    expect(page).not.toContain(HOSTILE);
  });

  test('tells reason, result, errors and health of one that has ended', () => {
    const text = seen(
      pageOf(
        lived({}, [
          ...started,
          {
            type: 'deployment.target_failed',
            target: web(1),
            error: 'exit code 1',
            evidence: null,
            cause: 'call',
          },
          { type: 'deployment.rollback_started', reason: 'web-1 failed', cause: 'failure' },
          {
            type: 'deployment.target_restored',
            target: web(1),
            version: v('0.9.0'),
            evidence: {},
          },
          {
            type: 'deployment.rolled_back',
            reason: 'web-1 failed',
            verification: {
              status: 'degraded',
              reason: '1 of 1 checks not healthy',
              checks: [
                {
                  name: 'up',
                  target: 'web-1',
                  status: 'degraded',
                  critical: false,
                  message: 'slow',
                  latencyMs: 1_240,
                  at: 5_000,
                  details: {},
                },
              ],
            },
          },
        ]),
      ),
    );

    expect(text).toContain('Reason web-1 failed');
    expect(text).toMatch(/No success : 0 targets updated, 1 failed/);
    expect(text).toContain('web-1: exit code 1');
    expect(text).toMatch(/web-1 127\.0\.0\.1:8080 restored 0\.9\.0 exit code 1/);
    expect(text).toContain('up (not critical) web-1 degraded slow 1.2s 1970-01-01 00:00:05.000Z');
    expect(text).toContain('health degraded: 1 of 1 checks not healthy');
  });

  test('shows hostile text as text, wherever it comes from', () => {
    const { deployment, events } = lived({}, [
      ...started,
      {
        type: 'deployment.target_failed',
        target: web(1),
        error: HOSTILE,
        evidence: null,
        cause: 'call',
      },
      { type: 'deployment.paused', reason: HOSTILE },
    ]);
    const page = deploymentPage({
      deployment: {
        ...deployment,
        requestedBy: HOSTILE,
        idempotencyKey: HOSTILE,
        metadata: { [HOSTILE]: HOSTILE },
        health: { status: 'unhealthy', reason: HOSTILE, checks: [] },
        plan: {
          ...deployment.plan,
          targets: deployment.plan.targets.map((target) => ({
            ...target,
            name: HOSTILE,
            address: HOSTILE,
          })),
        },
      },
      events: events.map((event) => ({ ...event, actor: HOSTILE })),
      known: new Map(),
      now: 0,
    }).text;

    expect(page).not.toContain('<script');
    expect(page).not.toContain('alert("x")');
    expect(page).toContain(
      '&lt;/td&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;&#96;',
    );
  });

  test('looks again by itself until the deployment has ended', () => {
    const open = lived({}, started);
    const ended = lived({}, [{ type: 'deployment.cancelled', reason: 'not needed' }]);

    expect(pageOf(open)).toContain('http-equiv="refresh"');
    expect(pageOf(ended)).not.toContain('http-equiv="refresh"');
  });

  test('shows a thousand of many targets, and says how many there are more', () => {
    const targets = Array.from({ length: 1_500 }, (_, n) => `t-${n}`);
    const page = pageOf(lived({ targets, strategy: { kind: 'canary' } }, []));

    expect(page).toContain('500 more targets are not shown');
    expect(page).toContain('t-999');
    expect(page).not.toContain('>t-1000<');
  });
});

describe('the JSON of a deployment', () => {
  test('has the state after each event beside it, and the fields that programs rely on', () => {
    const { deployment, events } = lived({}, started);
    const document = showView(deployment, events);

    expect(document).toMatchObject({
      service: 'api',
      environment: 'production',
      version: '1.0.0',
      previousVersion: '0.9.0',
      state: 'executing',
      reason: null,
      result: null,
      health: null,
    });
    expect(Object.keys(document.plan)).toEqual(
      expect.arrayContaining(['steps', 'targets', 'strategy', 'forecast']),
    );
    expect(document.targets[0]).toMatchObject({ id: 'web-1', state: 'started' });
    expect(document.events.map(({ sequence, type, state }) => [sequence, type, state])).toEqual([
      [1, 'deployment.planned', 'draft'],
      [2, 'deployment.approved', 'approved'],
      [3, 'deployment.started', 'executing'],
      [4, 'deployment.target_started', 'executing'],
    ]);
  });
});
