import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { deploymentId } from '../../../src/domain/model/ids.js';
import { begin } from '../../../src/domain/orchestrator/steps/begin.js';
import { effectFailed } from '../../../src/domain/orchestrator/pass/effect-failed.js';
import { passGate } from '../../../src/domain/orchestrator/steps/execute-steps.js';
import { measureBackground } from '../../../src/domain/orchestrator/steps/run-analysis.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { aDraft, after, aPlanInput, v, web } from '../../support/fixtures.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import * as give from '../plan/commands.js';
import { inStatus, withSteps } from '../plan/states.js';
import { legOf } from './a-pass.js';
import { aWorld } from './world.js';

const aborted = AbortSignal.abort();
const goneBack = inStatus('rolling_back');
describe('the beginning', () => {
  test('of a deployment that nothing had to let past names nothing that it went through', async () => {
    const pass = legOf(inStatus('approved'));
    await begin(pass);

    expect(pass.journal.deployment.state.status).toBe('executing');
  });

  test('of a retry says where nothing is active any more', async () => {
    const failed = after(inStatus('executing'), give.halt, give.retry);
    const pass = legOf(failed, { service: { stable: [] } });
    await begin(pass);

    expect(pass.journal.deployment.state).toMatchObject({
      reason: 'not retried: nothing is active by now',
    });
  });
});

describe('a gate', () => {
  test('is not reached by a deployment that was paused before', () => {
    const gate = { kind: 'gate', name: 'go', timeout: null, onTimeout: 'abort' } as const;
    const pass = legOf(inStatus('paused'));
    passGate(pass, gate, { status: 'executing', step: 0, waitUntil: null });

    expect(pass.journal.deployment).toEqual(inStatus('paused', { id: pass.journal.deployment.id }));
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
    return after(
      withSteps(inStatus('executing'), step),
      give.startAnalysis(0, 1_000_000, 'background'),
    );
  };

  test('is judged before its next round where nothing comes behind', async () => {
    const pass = legOf(measuring());
    await measureBackground(pass, true);

    expect(pass.journal.deployment.state.status).not.toBe('executing');
  });

  test('is not judged twice', async () => {
    const pass = legOf(measuring());
    pass.clock.now = () => 2_000_000;
    const report = pass.journal.report.bind(pass.journal);
    pass.journal.report = (said) => {
      const ticket = report(said);
      if (typeof said !== 'function') report(give.concludeAnalysis('healthy'));
      return ticket;
    };
    await measureBackground(pass, true);

    expect(pass.journal.deployment.analyses[0]?.report?.at).toBe(7_000);
  });

  test('is not judged on a round that was stopped', async () => {
    const { clock, ...pass } = legOf(measuring(), { abort: aborted });
    clock.now = () => 2_000_000;
    expect(await measureBackground({ ...pass, clock }, false)).toBeNull();
    expect(pass.journal.deployment.analyses[0]?.progress.rounds).toBe(0);
  });

  test('measures from now where nobody knows when it began', async () => {
    const pass = legOf({ ...measuring(), startedAt: null });
    pass.clock.now = () => 2_000_000;
    await measureBackground(pass, false);

    expect(pass.journal.deployment.analyses[0]?.progress.lastRoundAt).toBe(2_000_000);
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

describe('what fails on the way back', () => {
  const failure = { code: 'router/rejected', message: 'no answer', transient: true };

  test('is tried again, once however many effects of a wave have failed', () => {
    const pass = legOf(goneBack);
    const now = pass.clock.now();

    expect(effectFailed(pass, failure)).toBe(now + 1_000);
    expect(effectFailed(pass, failure)).toBeNull();
    expect(pass.journal.deployment.state).toMatchObject({ attempts: 1, waitUntil: now + 1_000 });
  });

  test('is not reported by one that was stopped', () => {
    const pass = legOf(goneBack, { abort: aborted });
    expect(effectFailed(pass, failure)).toBeNull();
    expect(pass.journal.deployment).toBe(goneBack);
  });

  test('has no next try where it is not on the way back any more', () => {
    const pass = legOf(inStatus('completed'));
    expect(effectFailed(pass, failure)).toBeNull();
    expect(pass.journal.deployment.state.status).toBe('completed');
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
