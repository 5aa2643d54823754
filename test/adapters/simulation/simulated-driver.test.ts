import { describe, expect, test } from 'vitest';
import { SimulatedDriver } from '../../../src/adapters/simulation/simulated-driver.js';
import { VirtualClock } from '../../../src/adapters/simulation/virtual-clock.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import type { CallFault } from '../../../src/contracts/simulation/fault.schema.js';
import type { DriverCall } from '../../../src/domain/ports/target-driver.js';
import { anId, API, aTarget, v, web } from '../../support/fixtures.js';
import { type TargetDriverFixture, targetDriverSuite } from '../../suites/target-driver.suite.js';

const never = (): AbortSignal => new AbortController().signal;
const id = anId();
const aCall = (version: string, fence: number, call: Partial<DriverCall> = {}): DriverCall => ({
  ...API,
  ...{ action: 'deploy', deploymentId: id, target: aTarget('web-1'), previousVersion: null },
  ...{ version: v(version), fence },
  ...call,
});

const suited = (promises: { fences: boolean; removes: boolean }) => async () => {
  let atWork = false;
  const driver = new SimulatedDriver({
    clock: systemClock,
    ...promises,
    fault: ({ version }) => {
      atWork = version === 'hang';
      return version === 'hang' ? 'hang' : version === 'bad' ? 'refuse' : null;
    },
  });
  const fixture: TargetDriverFixture = {
    ...{ driver, successor: driver },
    ...{ first: aCall('1', 1), second: aCall('2', 2), hanging: aCall('hang', 3) },
    failing: aCall('bad', 4),
    observes: true,
    runs: async () => driver.runs.get(web(1)) ?? null,
    isAtWork: async () => atWork,
    isAnythingLeft: async () => driver.runs.get(web(1)) === v('hang'),
    close: async () => {},
  };
  return fixture;
};

targetDriverSuite('simulated', suited({ fences: true, removes: true }));
targetDriverSuite('simulated without promises', suited({ fences: false, removes: false }));

describe('a simulated driver', () => {
  const meeting = (fault: CallFault | null, timeoutMs = 60_000) => {
    const clock = new VirtualClock(0);
    const driver = new SimulatedDriver({
      clock,
      callMs: () => 5_000,
      timeoutMs,
      fault: () => fault,
    });
    return { clock, driver };
  };

  test.each<[CallFault | null, string | null, number, boolean]>([
    [null, null, 5_000, true],
    ['refuse', 'driver/rejected', 5_000, false],
    ['fail', 'driver/unreachable', 5_000, false],
    ['hang', 'driver/timeout', 60_000, false],
    ['lie', null, 5_000, false],
    [20_000, null, 20_000, true],
    [90_000, 'driver/timeout', 60_000, false],
  ])('that meets %j answers %j after %d ms', async (fault, code, ms, changed) => {
    const { clock, driver } = meeting(fault);
    const answer = await driver.apply(aCall('1', 1), never());

    expect(answer.ok ? null : answer.error.code).toBe(code);
    expect(clock.now()).toBe(ms);
    expect(driver.runs.has(web(1))).toBe(changed);
  });

  test('counts the calls of each target, so that the n-th can fail', async () => {
    const clock = new VirtualClock(0);
    const driver = new SimulatedDriver({
      clock,
      fault: ({ attempt }) => (attempt < 3 ? 'fail' : null),
    });
    const oks = [];
    for (const fence of [1, 2, 3]) oks.push((await driver.apply(aCall('1', fence), never())).ok);

    expect(oks).toEqual([false, false, true]);
    expect(driver.calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  test('ends what hangs when it is settled', async () => {
    const driver = new SimulatedDriver({ clock: systemClock, fault: () => 'hang' });
    const hanging = driver.apply(aCall('1', 1), never());

    expect(await driver.settle({ ...aCall('1', 1), worker: 'w', calledAt: 0 })).toBe(0);
    expect(await hanging).toMatchObject({ ok: false, error: { code: 'driver/aborted' } });
  });
});
