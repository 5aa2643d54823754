import { EventEmitter, once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import {
  deployFn,
  type DeployContext,
  type DeployFunction,
} from '../../../src/adapters/drivers/deploy-fn.driver.js';
import type { Evidence } from '../../../src/domain/model/target.js';
import type { TargetObservation } from '../../../src/domain/ports/target-driver.js';
import { targetDriverSuite } from '../../suites/target-driver.suite.js';
import { driverCall, never } from './driver-calls.js';

const throwing = (): boolean => {
  throw new Error('disk full');
};
const rejecting = (): Promise<boolean> => Promise.reject(new Error('no route'));
const unsettled = { worker: null, calledAt: null };

const suited = (observes: boolean) => () => {
  const state = { version: null as string | null, atWork: false };
  let mark: TargetObservation | null = null;
  const deploy: DeployFunction = async (_target, version, { signal, deploymentId, fence }) => {
    if (deploymentId === hanging.deploymentId) {
      state.atWork = true;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      state.atWork = false;
      return false;
    }
    if (version === '9.9.9') throw new Error('no such release');
    state.version = version;
    mark = { version, deploymentId, fence };
    return { slot: 'green' };
  };
  const options = observes ? { observe: () => Promise.resolve(mark) } : {};
  const hanging = driverCall({ deploymentId: 'dep_hanging000', version: '3.0.0', fence: 3 });
  return Promise.resolve({
    driver: deployFn(deploy, options),
    successor: deployFn(deploy, options),
    first: driverCall({ version: '1.0.0', fence: 1 }),
    second: driverCall({ version: '2.0.0', fence: 2 }),
    hanging,
    failing: driverCall({ version: '9.9.9', fence: 2 }),
    observes,
    runs: () => Promise.resolve(state.version),
    isAtWork: () => Promise.resolve(state.atWork),
    isAnythingLeft: () => Promise.resolve(state.atWork),
    close: () => Promise.resolve(),
  });
};

targetDriverSuite('deployFn', suited(false));
targetDriverSuite('deployFn that reads a mark', suited(true));

describe('deployFn', () => {
  it('hands the function what it needs, for a rollback too', async () => {
    const seen: [string, string, DeployContext][] = [];
    const driver = deployFn((target, version, context) => {
      seen.push([target.id, version, context]);
    });
    const call = driverCall({ action: 'rollback', previousVersion: '0.9.0', fence: 7 });
    await driver.apply(call, never());
    expect(seen).toMatchObject([
      ['web-1', '1.0.0', { action: 'rollback', previousVersion: '0.9.0', fence: 7 }],
    ]);
    expect(seen[0]?.[2].signal.aborted).toBe(false);
  });

  it.each<[string, DeployFunction, Evidence]>([
    ['true', () => true, {}],
    ['nothing', () => {}, {}],
    ['evidence', () => Promise.resolve({ slot: 'green' }), { slot: 'green' }],
  ])('takes %s for a success', async (_what, fn, evidence) => {
    const answer = await deployFn(fn).apply(driverCall(), never());
    expect(answer).toMatchObject({
      ok: true,
      value: evidence,
    });
  });

  it.each<[string, DeployFunction, string]>([
    ['false', () => false, 'the deploy function answered false'],
    ['a throw', throwing, 'disk full'],
    ['a rejection', rejecting, 'no route'],
  ])('takes %s for a failure that is not tried again', async (_what, fn, message) => {
    const answer = await deployFn(fn).apply(driverCall(), never());
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'driver/rejected', transient: false, message },
    });
  });

  it('tells the function when its time is up, and may be tried again', async () => {
    const driver = deployFn(
      (_target, _version, { signal }) =>
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
      { timeoutMs: 20 },
    );
    const answer = await driver.apply(driverCall(), never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'driver/timeout', transient: true } });
  });

  it('does not wait for ever for a function that ignores its signal, and settles once it is done', async () => {
    const work = new EventEmitter();
    const driver = deployFn(() => once(work, 'done').then(() => true), { timeoutMs: 20 });
    const call = driverCall();
    expect(await driver.apply(call, never())).toMatchObject({ error: { code: 'driver/timeout' } });
    expect(await driver.settle({ ...call, ...unsettled }, never())).toBeGreaterThan(0);
    work.emit('done');
    await vi.waitFor(async () =>
      expect(await driver.settle({ ...call, ...unsettled }, never())).toBe(0),
    );
  });
});
