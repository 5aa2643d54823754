import { describe, expect, test } from 'vitest';
import { HealthChecker } from '../../../src/domain/health/health-checker.js';
import type {
  HealthProbe,
  Observation,
  ProbeSubject,
} from '../../../src/domain/ports/health-probe.js';
import { aProbe, saw } from '../../support/fake-services.js';
import { API, aTarget, v } from '../../support/fixtures.js';
import { quiet, VirtualClock } from '../../support/virtual-clock.js';

const subject = (id: string | null): ProbeSubject => ({
  ...API,
  version: v('1.0.0'),
  target: id === null ? null : aTarget(id),
});
const service = [subject(null)];

/** A probe that sees one thing after the other, and the last for ever; `seen` counts. */
function aStory(words: readonly Observation['status'][], probe: Partial<HealthProbe> = {}) {
  let seen = 0;
  const story = aProbe(async () => saw(words[Math.min(seen++, words.length - 1)] ?? 'unknown'), {
    intervalMs: 100,
    ...probe,
  });
  return { probe: story, seen: () => seen };
}

describe('checks', () => {
  test('can be added one after the other, and all are run on every subject', async () => {
    const checker = new HealthChecker(new VirtualClock(50))
      .addCheck(aProbe(async () => saw('healthy'), { name: 'a' }))
      .addCheck(aProbe(async () => saw('degraded', 'slow'), { name: 'b', critical: false }));

    expect(checker.checks).toEqual([
      { name: 'a', kind: 'fake', critical: true },
      { name: 'b', kind: 'fake', critical: false },
    ]);
    const { status, checks } = await checker.runAll([subject('web-1'), subject(null)]);

    expect(status).toBe('degraded');
    expect(checks.map(({ name, target }) => [name, target])).toEqual([
      ['a', 'web-1'],
      ['b', 'web-1'],
      ['a', null],
      ['b', null],
    ]);
    expect(checks[1]).toEqual({
      name: 'b',
      critical: false,
      target: 'web-1',
      status: 'degraded',
      message: 'slow',
      latencyMs: 1,
      details: {},
      at: 50,
    });
  });

  test('none at all leave it unknown', async () => {
    expect((await new HealthChecker(new VirtualClock()).runAll(service)).status).toBe('unknown');
  });

  test('run one by one, or side by side up to sixteen, with the same answer in the same order', async () => {
    const clock = new VirtualClock();
    let now = 0;
    let most = 0;
    const probe = aProbe(async ({ target }) => {
      most = Math.max(most, ++now);
      await clock.sleep(target?.id === 'web-0' ? 50 : 10);
      now -= 1;
      return saw('healthy', target?.id);
    });
    const checker = new HealthChecker(clock, [probe]);
    const subjects = Array.from({ length: 40 }, (_, at) => subject(`web-${at}`));

    const slow = await checker.runAll(subjects);
    expect(most).toBe(1);
    const quick = await checker.runAllConcurrently(subjects);

    expect(most).toBe(16);
    expect(quick.checks.map(({ target }) => target)).toEqual(slow.checks.map((c) => c.target));
  });

  test('a probe that throws has learnt nothing', async () => {
    const checker = new HealthChecker(new VirtualClock(), [
      aProbe(() => Promise.reject(new Error('no route'))),
    ]);

    expect(await checker.runAll(service)).toMatchObject({
      status: 'unknown',
      checks: [{ message: 'the probe failed: Error: no route', latencyMs: 0, details: {} }],
    });
  });
});

describe('thresholds', () => {
  test('the first healthy word counts where one is enough', async () => {
    const { probe, seen } = aStory(['unhealthy', 'unhealthy', 'healthy'], {
      unhealthyThreshold: 3,
    });
    const clock = new VirtualClock(0);

    expect((await new HealthChecker(clock, [probe]).runAll(service)).status).toBe('healthy');
    expect(seen()).toBe(3);
    expect(clock.now()).toBe(200);
  });

  test('so many in a row must agree; one that does not begins the count again', async () => {
    const { probe, seen } = aStory(['healthy', 'unhealthy', 'healthy', 'healthy'], {
      healthyThreshold: 2,
      unhealthyThreshold: 2,
    });

    expect((await new HealthChecker(new VirtualClock(), [probe]).runAll(service)).status).toBe(
      'healthy',
    );
    expect(seen()).toBe(4);
  });

  test('it is unhealthy once as many in a row say so; unknown counts with them, degraded against', async () => {
    const { probe, seen } = aStory(['degraded', 'unknown', 'unhealthy', 'unhealthy'], {
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    });

    expect((await new HealthChecker(new VirtualClock(), [probe]).runAll(service)).status).toBe(
      'unhealthy',
    );
    expect(seen()).toBe(4);
  });

  test('a check that flaps for ever is inconclusive in the end, and holds nobody up', async () => {
    let seen = 0;
    const flapping = aProbe(async () => saw(seen++ % 2 === 0 ? 'healthy' : 'unhealthy'), {
      healthyThreshold: 2,
      unhealthyThreshold: 2,
    });

    const checked = await new HealthChecker(new VirtualClock(), [flapping]).runAll(service);

    expect(checked).toMatchObject({
      status: 'unknown',
      checks: [{ message: 'no agreement in 40 observations, the last: unhealthy' }],
    });
    expect(seen).toBe(40);
  });
});

describe('an order to stop', () => {
  test('before the first look leaves everything unknown', async () => {
    const { probe, seen } = aStory(['healthy']);
    const checker = new HealthChecker(new VirtualClock(), [probe]);

    expect(await checker.runAllConcurrently(service, AbortSignal.abort())).toMatchObject({
      status: 'unknown',
      checks: [{ message: 'stopped before it was observed' }],
    });
    expect(seen()).toBe(0);
  });

  test('between two looks ends at once, with no verdict', async () => {
    const stop = new AbortController();
    const clock = new VirtualClock(0);
    const { probe, seen } = aStory(['unhealthy'], { unhealthyThreshold: 5, intervalMs: 10_000 });
    const checked = new HealthChecker(clock, [probe]).runAll(service, stop.signal);
    await Promise.resolve();
    await Promise.resolve();
    stop.abort();
    await quiet();

    expect((await checked).status).toBe('unknown');
    expect(seen()).toBe(1);
    expect(clock.now()).toBe(0);
  });

  test('reaches the probe that is looking', async () => {
    const stop = new AbortController();
    const probe = aProbe(
      async (_, signal) => {
        stop.abort();
        return saw(signal.aborted ? 'unknown' : 'healthy', 'cut short');
      },
      { unhealthyThreshold: 9 },
    );

    const checked = await new HealthChecker(new VirtualClock(), [probe]).runAll(
      service,
      stop.signal,
    );

    expect(checked.checks).toMatchObject([{ status: 'unknown', message: 'cut short' }]);
  });
});
