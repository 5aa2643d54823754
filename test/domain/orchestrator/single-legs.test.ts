import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { deploymentId } from '../../../src/domain/ids.js';
import { begin } from '../../../src/domain/orchestrator/begin.js';
import {
  sharesOfTheGood,
  sharesFromBefore,
} from '../../../src/domain/orchestrator/restore-traffic.js';
import { passGate } from '../../../src/domain/orchestrator/pass-gate.js';
import { restoreTargets } from '../../../src/domain/orchestrator/restore-targets.js';
import { restoringFailed } from '../../../src/domain/orchestrator/restoring-failed.js';
import { shiftTraffic } from '../../../src/domain/orchestrator/shift-traffic.js';
import { measureBackground } from '../../../src/domain/orchestrator/run-analysis.js';
import type { Deployment } from '../../../src/domain/plan/deployment.js';
import { PENDING } from '../../../src/domain/plan/target.js';
import { aDraft, after, aPlanInput, v, web } from '../../support/fixtures.js';
import { quiet } from '../../support/virtual-clock.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import * as give from '../plan/commands.js';
import { atStep, inStatus, withSteps } from '../plan/states.js';
import { legOf } from './a-leg.js';
import { aWorld } from './world.js';

const aborted = AbortSignal.abort();
const BEFORE = deploymentId('dep_0000000000before');
const shift = { kind: 'shift', to: [web(1)], from: [web(2)], percent: 50 } as const;
const goneBack = inStatus('rolling_back');
const withTraffic = (deployment: Deployment, before = give.BEFORE): Deployment => ({
  ...deployment,
  course: { ...deployment.course, traffic: { before, now: give.SHIFTED, settled: true } },
});

describe('the beginning', () => {
  test('of a deployment that nothing had to let past names nothing that it went through', async () => {
    const leg = legOf(inStatus('approved'));
    await begin(leg);

    expect(leg.journal.deployment.state.status).toBe('executing');
  });

  test('of a retry says where nothing is active any more', async () => {
    const failed = after(inStatus('executing'), give.halt, give.retry);
    const leg = legOf(failed);
    await begin(leg);

    expect(leg.journal.deployment.state).toMatchObject({
      reason: 'not retried: nothing is active by now',
    });
  });
});

describe('a gate', () => {
  test('is nothing to wait at for a deployment that stands elsewhere', () => {
    expect(passGate(legOf(inStatus('executing')), 0)).toBeNull();
    expect(passGate(legOf(inStatus('paused')), 0)).toBeNull();
  });
});

describe('an analysis in the background', () => {
  const measuring = (): Deployment => {
    const step = {
      kind: 'analyze',
      analysis: 'errors',
      mode: 'background',
      targets: [web(1)],
      baseline: [],
    } as const;
    return after(withSteps(inStatus('executing'), step), give.startAnalysis(0, 1_000_000));
  };

  test('is judged before its next round where nothing comes behind', async () => {
    const leg = legOf(measuring());
    await measureBackground(leg, true);

    expect(leg.journal.deployment.state.status).not.toBe('executing');
  });

  test('is not judged twice', async () => {
    const leg = legOf(measuring());
    leg.clock.now = () => 2_000_000;
    const submit = leg.journal.submit.bind(leg.journal);
    leg.journal.submit = (said) => {
      const ticket = submit(said);
      if (said.type === 'measure') submit(give.concludeAnalysis('healthy'));
      return ticket;
    };
    await measureBackground(leg, true);

    expect(leg.journal.deployment.analyses[0]?.report?.at).toBe(7_000);
  });

  test('is not judged on a round that was stopped', async () => {
    const { clock, ...leg } = legOf(measuring(), { abort: aborted });
    clock.now = () => 2_000_000;
    expect(await measureBackground({ ...leg, clock }, false)).toBeNull();
    expect(leg.journal.deployment.analyses[0]?.progress.rounds).toBe(0);
  });

  test('measures from now where nobody knows when it began', async () => {
    const leg = legOf({ ...measuring(), startedAt: null });
    leg.clock.now = () => 2_000_000;
    await measureBackground(leg, false);

    expect(leg.journal.deployment.analyses[0]?.progress.lastRoundAt).toBe(2_000_000);
  });

  test('without a metric source here says so', async () => {
    const strategy = { kind: 'canary', stages: [50, 100], analysis: { name: 'errors' } } as const;
    const world = aWorld({
      fixture: { strategy, analyses: [{ ...anAnalysis('errors'), consecutiveErrorLimit: 0 }] },
    });
    const { id } = await world.planned({ policy: { onFailure: 'hold' } });

    expect((await world.finish(id)).state).toMatchObject({
      reason: expect.stringContaining('no metric source is called'),
    });
  });
});

describe('a shift', () => {
  test('to targets that have all failed is made to them', async () => {
    const router = new MemoryRouter();
    const leg = legOf(after(atStep(shift), give.failTarget(web(1))), { router });
    leg.journal.flush = async () => {};
    await shiftTraffic(leg, { ...shift, percent: 100, from: [] }, 0);

    expect(router.requests.at(-1)?.shares).toEqual({ 'web-1': 1 });
  });
});

describe('the shares on the way back', () => {
  test('are as they were for what the plan does not name', () => {
    const foreign = withTraffic(goneBack, { 'web-9': 1 });
    expect(sharesOfTheGood(foreign)).toEqual({ 'web-9': 1 });
  });

  test('are not for what runs the new version and was not given back to the router', () => {
    const updated = { ...PENDING, state: 'updated', version: goneBack.version } as const;
    const targets = new Map([
      [web(1), { ...updated, away: false }],
      [web(2), { ...updated, away: true }],
    ]);
    const before = { 'web-1': 0.5, 'web-2': 0.5 };
    const traffic = { before, now: { 'web-1': 1 }, settled: true };
    const dark = {
      ...goneBack,
      ...{ targets, plan: { ...goneBack.plan, floor: 1 } },
      course: { ...goneBack.course, traffic },
    };
    expect(sharesOfTheGood(dark)).toEqual({ 'web-1': 1 });
  });

  test('are none where nothing served, or nothing good ran, before', () => {
    expect(sharesFromBefore(withTraffic(goneBack, { 'web-1': 0 }))).toBeNull();
    expect(sharesFromBefore(goneBack)).toBeNull();
    expect(sharesOfTheGood(withTraffic({ ...goneBack, previous: null }))).toBeNull();
  });

  test('are not given by one that was stopped before it could', async () => {
    const router = new MemoryRouter();
    const stop = new AbortController();
    const moved = { before: give.BEFORE, now: { 'web-1': 1 }, settled: true };
    const deployment = { ...goneBack, course: { ...goneBack.course, traffic: moved } };
    const lastGood = { ...goneBack, version: v('0.9.0'), deploymentId: BEFORE, since: 1 };
    const leg = legOf(deployment, { router, lastGood, abort: stop.signal });
    const flush = leg.journal.flush.bind(leg.journal);
    leg.journal.flush = async () => {
      stop.abort();
      await quiet();
      return flush().catch(() => {});
    };
    await restoreTargets(leg);

    expect(router.requests).toEqual([]);
  });
});

describe('what fails on the way back', () => {
  test('has no next try where nobody wrote one down', () => {
    const leg = legOf(goneBack);
    leg.journal.submit = () => ({ refusal: null });

    expect(restoringFailed(leg, failure)).toBeNull();
  });

  const failure = { message: 'no answer', transient: true };

  test('is not reported by one that was stopped', () => {
    const leg = legOf(goneBack, { abort: aborted });
    expect(restoringFailed(leg, failure)).toBeNull();
    expect(leg.journal.deployment).toBe(goneBack);
  });

  test('has no next try where it is not on the way back any more', () => {
    expect(restoringFailed(legOf(inStatus('completed')), failure)).toBeNull();
    const waiting = {
      ...goneBack,
      state: { ...goneBack.state, waitUntil: 9_000_000 } as Deployment['state'],
    };
    expect(restoringFailed(legOf(waiting), failure)).toBe(9_000_000);
  });
});

describe('planning with colours', () => {
  test('asks what is active, where something is', async () => {
    const world = aWorld({ runtime: { router: new MemoryRouter() } });
    const { deployment } = aDraft({ coloured: true, router: true });
    const input = aPlanInput({ coloured: true, router: true, strategy: { kind: 'blue_green' } });
    const request = { ...deployment, approve: true };
    expect((await world.orchestrator.planDeployment(request, input)).ok).toBe(true);
    await world.finish(deployment.id);
    const again = { ...request, id: deploymentId('dep_0000000000again'), version: v('2.0.0') };

    const planned = await world.orchestrator.planDeployment(again, {
      ...input,
      version: v('2.0.0'),
    });

    expect(planned.ok && planned.value.deployment.plan.steps[0]).toMatchObject({ kind: 'deploy' });
  });
});
