import { describe, expect, test } from 'vitest';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { givenUp } from '../../../src/domain/plan/machine/failure.js';
import { touchedTargets } from '../../../src/domain/model/deployment/deployment.js';
import { after, aDeployment, eventsOf, refusalOf, web } from '../../support/fixtures.js';
import * as give from './commands.js';
import { atStep, inStatus, withSteps } from './states.js';

const step: Step = { kind: 'retire', targets: [web(2)] };
const policy = { retries: 1, retryDelay: 1_000 };

describe('retiring a target', () => {
  test('is announced, and then done, each once', () => {
    const begun = after(atStep(step), give.startRetire(web(2)));
    expect(give.isLate(begun, give.completeStep(0))).toBe(true);

    const gone = after(begun, give.retireTarget(web(2)));
    expect(gone.targets.get(web(2))).toMatchObject({ state: 'retired', version: null });
    expect(give.isLate(gone, give.retireTarget(web(2)))).toBe(true);
    expect(give.isLate(gone, give.startRetire(web(2)))).toBe(true);
    expect(after(gone, give.completeStep(0)).state).toMatchObject({ step: 1 });
  });

  test('is announced anew by whoever takes over', () => {
    const begun = after(atStep(step), give.startRetire(web(2), 1));

    expect(eventsOf(begun, give.startRetire(web(2), 2))).toHaveLength(1);
  });

  test('is tried again where it failed in passing; then it stays, and is said to stay', () => {
    const once = after(
      atStep(step, { policy }),
      give.startRetire(web(2)),
      give.failRetire(web(2), 'flaked', true, 5_000),
    );
    expect(once.targets.get(web(2))).toMatchObject({ state: 'retiring', retryAt: 6_000 });

    const kept = after(once, give.startRetire(web(2)), give.failRetire(web(2), 'flaked', true));
    expect(kept.targets.get(web(2))).toMatchObject({
      state: 'retire_failed',
      version: null,
      error: 'flaked',
    });
    expect(touchedTargets(kept)).toContain(web(2));
    expect(give.isLate(kept, give.failRetire(web(2)))).toBe(true);
    expect(give.isLate(kept, give.startRetire(web(2)))).toBe(true);
    expect(after(kept, give.completeStep(0)).state).toMatchObject({ step: 1 });
  });

  test('of a first version leaves nobody knows what', () => {
    const first = after(
      withSteps(after(aDeployment(), give.approve, give.beginFirst), step),
      give.startRetire(web(2)),
      give.failRetire(web(2)),
    );

    expect(first.targets.get(web(2))).toMatchObject({ state: 'retire_failed', version: null });
  });

  test('is not begun on a target that has the new version, nor while another way is gone', () => {
    const updated = after(inStatus('executing'), give.updateTarget(web(1)));

    expect(give.isLate(updated, give.startRetire(web(1)))).toBe(true);
    expect(give.isLate(inStatus('rolling_back'), give.startRetire(web(2)))).toBe(true);
    expect(give.isLate(atStep(step), give.retireTarget(web(2)))).toBe(true);
  });
});

describe('a retry', () => {
  const hold = { policy: { onFailure: 'hold' } } as const;
  const failed = after(
    ...([inStatus('executing', hold), give.failTarget(web(1)), give.completeStep(0)] as const),
  );

  test('goes on where it stopped, and calls again what had failed', () => {
    const again = after(failed, give.retry);
    expect(again.state).toEqual({ status: 'approved', step: 0 });
    expect(again.targets.get(web(1))).toMatchObject({
      state: 'pending',
      retryAt: null,
      attempts: 0,
      error: null,
    });
    expect(again.targets.get(web(1))).not.toHaveProperty('since');
    expect(eventsOf(again, give.retry)).toEqual([]);

    expect(after(again, give.begin).state).toMatchObject({ status: 'executing', step: 0 });
  });

  test('goes back to the step whose target failed, and no further', () => {
    const tolerant = {
      targets: ['web-1', 'web-2', 'web-3'],
      strategy: { kind: 'rolling', failureTolerance: 1 },
    } as const;
    const halted = after(
      ...[inStatus('executing', tolerant)],
      ...[
        give.failTarget(web(1)),
        give.completeStep(0),
        give.startTarget(web(2)),
        give.updateTarget(web(2)),
      ],
      ...[give.completeStep(1), give.halt],
    );

    expect(halted.state).toMatchObject({ stoppedAt: 2 });
    expect(after(halted, give.retry).state).toEqual({ status: 'approved', step: 0 });
    const well = after(
      inStatus('executing'),
      give.updateTarget(web(1)),
      give.completeStep(0),
      give.halt,
    );
    expect(after(well, give.retry).state).toEqual({ status: 'approved', step: 1 });
  });

  test('after a failed verification does its last step again', () => {
    const unhealthy = after(inStatus('verifying', hold), give.judge('unhealthy'));

    expect(unhealthy.state).toMatchObject({ status: 'failed', stoppedAt: 1 });
    expect(after(inStatus('paused'), give.halt).state).toMatchObject({ stoppedAt: 0 });
  });

  test('gives the deadline its whole time again', () => {
    const held = {
      ...failed,
      progress: { ...failed.progress, heldMs: 60_000, promotedToEnd: true },
    };

    expect(after(held, give.retry, give.begin).progress).toMatchObject({
      heldMs: 0,
      promotedToEnd: false,
    });
  });

  test('is refused where the targets are not as its execution left them', () => {
    expect(refusalOf(inStatus('failed'), give.retry)).toMatch(
      /^cannot retry dep_\w+: its targets were not left where its execution stopped; plan the version again, or roll back$/,
    );
    expect(after(inStatus('rolling_back'), give.halt).state).not.toHaveProperty('stoppedAt');
  });
});

describe('a deployment that a newer one has superseded', () => {
  test('ends, and says that another one did more', () => {
    const before = after(inStatus('executing'), give.halt, give.retry);
    const ended = after(before, givenUp('late', true));

    expect(ended.state).toEqual({ status: 'failed', reason: 'late', superseded: true });
  });
});
