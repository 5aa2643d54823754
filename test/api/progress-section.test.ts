import { describe, expect, test } from 'vitest';
import { deploymentPage } from '../../src/api/pages/deployment-page.js';
import { judgeAnalysis } from '../../src/domain/analysis/judge-analysis.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { PlanEvent } from '../../src/domain/model/deployment/plan-event.js';
import type { Step } from '../../src/domain/model/plan/step.js';
import {
  after,
  analysis,
  counts,
  noData,
  rate,
  threshold,
} from '../domain/analysis/analysis-fixtures.js';
import {
  APPROVED,
  begun,
  call,
  deploy,
  GATE,
  lived,
  planned,
  REACHED,
} from '../domain/explain/standing.js';
import { UNTOUCHED } from '../../src/domain/model/target-status.js';
import { record, web } from '../support/fixtures.js';

/** What a reader sees, without tags. */
const textIn = (page: string): string =>
  page
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const seen = (deployment: Deployment, ...events: readonly PlanEvent[]): string =>
  textIn(
    deploymentPage({ deployment, events: record(deployment, events), known: new Map(), now: 0 })
      .text,
  );

describe('the progress on the page of a deployment', () => {
  test('is not there where nothing is to be told of it', () => {
    expect(seen(planned([deploy(1)]))).not.toContain('DeploymentProgress');
  });

  test('tells the gate or hold it stands at, and how it is lifted', () => {
    const deployment = lived(begun([GATE]), 3_000, REACHED);
    expect(seen(deployment)).toContain(
      `Held by gate : gate qa waits to be promoted; since 1970-01-01 00:00:03.000Z ; until 1970-01-01 00:00:53.000Z . Lifted by anyone who promotes it: signalbox promote ${deployment.id} .`,
    );
    const hold = { kind: 'limit', reason: '2 of x', until: null, liftedBy: 'one' } as const;
    const held = lived(planned([deploy(1)]), 2_000, APPROVED, { type: 'deployment.held', hold });
    expect(seen(held, { type: 'deployment.held', hold })).toContain('no known end. Lifted by one.');
    expect(seen(held, { type: 'deployment.held', hold })).toContain('hold limit: 2 of x');
  });

  test('tells approvals, overrides and the trigger', () => {
    const draft = planned([deploy(1)], { policy: { approval: 'required', approvals: 2 } });
    expect(seen(draft)).toContain('Approved 0 of 2 times.');
    const one = lived(draft, 2_000, { type: 'deployment.approval_given', by: 'ann', missing: 1 });
    expect(seen(one)).toContain('Approved 1 of 2 times by ann.');
    const overridden: PlanEvent = { type: 'deployment.overridden', by: 'bob', reason: 'urgent' };
    const approved = lived(one, 2_000, APPROVED, overridden);
    expect(seen(approved)).toContain(
      'Approved by ann, ann. Windows and freezes overridden by bob: urgent.',
    );
    expect(seen(lived(planned([deploy(1)]), 2_000, overridden))).toContain(' Windows and freezes');
    expect(seen({ ...draft, trigger: 'automation' })).toContain('Trigger a rule, not a person');
  });

  test('draws traffic and flags as bars, beside what they were', () => {
    const shares = { 'web-1': 0.1, 'web-2': 0.9 };
    const moving: PlanEvent = {
      type: 'deployment.shift_started',
      step: 0,
      before: { 'web-2': 1 },
      shares,
    };
    const flag: PlanEvent = {
      type: 'deployment.flag_started',
      step: 0,
      flag: 'ff',
      before: null,
      percent: 5,
    };
    const updated: PlanEvent = { type: 'deployment.target_updated', target: web(1), evidence: {} };
    const deployment = lived(begun([deploy(1)]), 3_000, call(1), updated, moving, flag);
    const page = deploymentPage({ deployment, events: [], known: new Map(), now: 0 }).text;
    expect(page).toContain('<progress value="10" max="100"></progress> 10%');
    const text = seen(deployment, moving, flag);
    expect(text).toContain('Traffic, being moved:');
    expect(text).toMatch(/web-1 1\.0\.0 10% 0% web-2 – 90% 100%/);
    expect(text).toContain('ff 5% no such flag started');
    expect(text).toContain('before web-2 100%, shares web-1 10%, web-2 90%');
    expect(text).toContain('users 5%');
    const back: PlanEvent = {
      type: 'deployment.flag_restored',
      flag: 'ff',
      percent: null,
      evidence: {},
    };
    const moved: PlanEvent = { type: 'deployment.shifted', step: 0, shares: {}, evidence: {} };
    const settled = lived(deployment, 4_000, back, moved);
    expect(seen(settled, moved)).toContain('ff – no such flag updated');
    expect(seen(settled)).toContain('Traffic:');
    const again: PlanEvent = { ...flag, before: 3 };
    expect(seen(lived(begun([deploy(1)]), 3_000, again), again)).toContain('before 3%');
  });
});

test('an analysis is shown with its verdict, and the figures and the reason of each metric', () => {
  const spec = analysis([rate({ minSamples: 1 }), threshold()], { count: 2 });
  const step: Step = {
    kind: 'analyze',
    analysis: 'health',
    mode: 'background',
    targets: [],
    baseline: [],
  };
  const progress = after(spec, [{ errors: [counts(60, 1_000), counts(10, 1_000)], cpu: [noData] }]);
  const started: PlanEvent = {
    type: 'deployment.analysis_started',
    step: 0,
    analysis: 'health',
    mode: 'background',
    progress,
  };
  const measuring = lived(begun([step], {}, { analyses: [spec] }), 3_000, started);
  const text = seen(measuring);
  expect(text).toContain('Step 1, in the background; 1 of 2 rounds; it goes on.');
  expect(text).toMatch(
    /errors unhealthy 1000 vs 1000 0\.05 0\.0\d+ to 0\.0\d+ relative risk 6 worse than allowed/,
  );
  expect(text).toMatch(/cpu running 0 – – – /);

  const report = judgeAnalysis(spec, progress, { at: 9, final: true });
  const analyzed: PlanEvent = { type: 'deployment.analyzed', step: 0, analysis: 'health', report };
  const judged = seen(lived(measuring, 4_000, analyzed), analyzed);
  expect(judged).toContain('Analysis health unhealthy Step 1, in the background; 1 of 2 rounds.');
  expect(judged).toContain('verdict unhealthy: at most 50 % of the weight can be healthy');
});

describe('drains on the page of a deployment', () => {
  const drain = { until: 34_000, count: { left: 3, of: 'requests' } } as const;
  const known = new Map([[web(1), { ...UNTOUCHED, drain }]]);
  const going = begun([deploy(1)], {}, { router: 'haproxy' });
  const textOf = (events: readonly PlanEvent[], statuses: typeof known): string =>
    textIn(
      deploymentPage({
        ...{ deployment: going, events: record(going, events), known: statuses, now: 10_000 },
      }).text,
    );

  test('are told while they go on, with what is left and for how long at most', () => {
    const counted: PlanEvent = {
      ...{ type: 'deployment.drain_seen', target: web(1), withinMs: 24_000 },
      count: { left: 3, of: 'requests' },
    };
    const text = textOf([counted], known);
    expect(text).toContain('Drains draining web-1: 3 requests left, at most 24 s more');
    expect(text).toContain('at most 24000 ms, left 3 requests');
  });

  test('that were given up say how many requests were cut; without any nothing is said', () => {
    const cut: PlanEvent = {
      ...{ type: 'deployment.target_drained', target: web(1) },
      evidence: { ended: false, left: 2, of: 'requests', waitedMs: 30_000 },
    };
    expect(textOf([cut], new Map())).toContain(
      'Drains web-1: drain given up after 30 s: 2 requests cut',
    );
    expect(textOf([], new Map())).not.toContain('Drains');
  });
});
