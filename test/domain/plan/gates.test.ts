import { describe, expect, test } from 'vitest';
import { targetId } from '../../../src/domain/model/ids.js';
import { deadlinesOf } from '../../../src/domain/plan/deadlines.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { evolve } from '../../../src/domain/plan/fold/evolve.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { after, eventsOf, refusalOf } from '../../support/fixtures.js';
import * as give from './commands.js';
import { atStep, inStatus, withSteps } from './states.js';

const gate = (onTimeout: 'promote' | 'abort', timeout: number | null = 60_000): Step => ({
  kind: 'gate',
  name: 'go',
  timeout,
  onTimeout,
});
const happened = (deployment: Deployment, event: PlanEvent, at: number): Deployment =>
  evolve(deployment, { sequence: deployment.revision + 1, at, actor: 'tester', event });

describe('a gate', () => {
  test('opens once, for as long as its timeout says', () => {
    const open = after(atStep(gate('promote')), give.openGate(0, 65_000));

    expect(open.state).toMatchObject({ gate: { name: 'go', until: 65_000 } });
    expect(give.isLate(open, give.openGate(0, 69_000))).toBe(true);
  });

  test('is passed by whoever promotes, and not completed before', () => {
    const open = after(atStep(gate('abort')), give.openGate());
    expect(give.isLate(open, give.completeStep(0))).toBe(true);

    const passed = after(open, give.promote());
    expect(passed.state).toEqual({ status: 'executing', step: 1, waitUntil: null });
    expect(give.isLate(passed, give.openGate())).toBe(true);
    expect(give.isLate(passed, give.timeOutGate())).toBe(true);
  });

  test('decides by itself when its time is over, and not before', () => {
    const promoting = after(atStep(gate('promote')), give.openGate(0, 65_000));
    expect(eventsOf(promoting, give.timeOutGate(0, 64_999))).toEqual([]);
    expect(after(promoting, give.timeOutGate()).state).toMatchObject({ step: 1 });

    const aborting = after(atStep(gate('abort')), give.openGate(0, 65_000), give.timeOutGate());
    expect(aborting.state).toMatchObject({
      status: 'rolling_back',
      reason: 'gate go: nobody promoted in time',
    });
  });

  test('without a timeout waits for ever', () => {
    const open = after(atStep(gate('abort', null)), give.openGate(0, null));

    expect(eventsOf(open, give.timeOutGate(0, 9_999_999))).toEqual([]);
  });

  test('is reached only where the deployment stands, and times out only when it was', () => {
    expect(give.isLate(atStep(gate('abort')), give.openGate(1))).toBe(true);
    expect(give.isLate(atStep(gate('abort')), give.timeOutGate())).toBe(true);
    expect(
      give.isLate(after(atStep(gate('abort')), give.openGate(), give.pause), give.timeOutGate()),
    ).toBe(true);
  });

  test('does not run out while the deployment is paused', () => {
    const open = after(atStep(gate('abort')), give.openGate(0, 65_000));
    const paused = happened(open, { type: 'deployment.paused', reason: 'lunch' }, 10_000);
    const resumed = happened(paused, { type: 'deployment.resumed' }, 40_000);

    expect(resumed.state).toMatchObject({ gate: { until: 95_000 } });
    const endless = after(atStep(gate('abort', null)), give.openGate(0, null));
    const back = after(endless, give.pause, give.resume);
    expect(back.state).toMatchObject({ gate: { until: null } });
  });

  test('has no deadline running while it is open, and none counts the time it was', () => {
    const open = after(atStep(gate('promote')), give.openGate(0, 65_000));
    expect(deadlinesOf(open)).toEqual([]);

    const passed = happened(open, { type: 'deployment.step_completed', step: 0 }, 42_000);
    expect(passed.progress.heldMs).toBe(40_000);
  });

  test('in which it is paused for a while counts that time once', () => {
    const open = after(atStep(gate('promote')), give.openGate(0, 65_000));
    const paused = happened(open, { type: 'deployment.paused', reason: 'lunch' }, 12_000);
    const resumed = happened(paused, { type: 'deployment.resumed' }, 22_000);
    const passed = happened(resumed, { type: 'deployment.step_completed', step: 0 }, 32_000);

    expect(passed.progress.heldMs).toBe(30_000);
  });
});

describe('whoever promotes', () => {
  const inline: Step = {
    ...{ kind: 'analyze', analysis: 'errors', mode: 'inline' },
    targets: [targetId('web-1')],
    baseline: [],
  };

  test('goes past a wait or an analysis as well', () => {
    expect(after(atStep({ kind: 'wait', ms: 9_000 }), give.promote()).state).toMatchObject({
      step: 1,
    });
    expect(after(atStep(inline), give.promote()).state).toMatchObject({ step: 1 });
  });

  test('goes past nothing that does something', () => {
    const said = refusalOf(inStatus('executing'), give.promote());
    expect(said).toMatch(
      /^cannot promote dep_\w+: it is at no gate, wait or analysis, but at deploy$/,
    );
    const background: Step = { ...inline, mode: 'background' };
    expect(refusalOf(atStep(background), give.promote())).toContain('but at analyze');
    expect(refusalOf(withSteps(inStatus('executing')), give.promote())).toContain('but at the end');
  });

  test('to the end goes past everything that only waits or judges, and says so once', () => {
    const told = after(inStatus('executing'), give.promote(true));
    expect(told.progress.promotedToEnd).toBe(true);
    expect(eventsOf(told, give.promote(true))).toEqual([]);

    const free = { ...atStep(gate('abort')), progress: told.progress };
    expect(after(free, give.completeStep(0)).state).toMatchObject({ step: 1 });
    const judged = { ...atStep(inline), progress: told.progress };
    expect(after(judged, give.completeStep(0)).state).toMatchObject({ step: 1 });
  });

  test('meant one step, and is not taken for the next', () => {
    const two = withSteps(inStatus('executing'), gate('abort'), gate('abort'));
    const passed = after(two, give.promote(false, 0));

    expect(eventsOf(passed, give.promote(false, 0))).toEqual([]);
    expect(refusalOf(two, give.promote(false, 1))).toContain('cannot promote 1');
  });

  test('changes nothing, late, where all is past, and is refused where it never was', () => {
    const late = give.promote(false, 0);
    const held = after(atStep(gate('abort')), give.promote(), give.pause);

    expect(eventsOf(inStatus('verifying'), late)).toEqual([]);
    expect(eventsOf(inStatus('completed'), late)).toEqual([]);
    expect(eventsOf(held, late)).toEqual([]);
    expect(refusalOf(held, give.promote(false, 1))).toContain('is paused');
    expect(refusalOf(held, give.promote())).toMatch(/is paused; resume it first$/);
  });
});
