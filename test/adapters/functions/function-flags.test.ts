import { describe, expect, it } from 'vitest';
import { FunctionFlagStore } from '../../../src/adapters/functions/function-flags.js';
import { aCall, flagStoreSuite } from '../../suites/flag-store.suite.js';

const never = (): AbortSignal => new AbortController().signal;

flagStoreSuite('a function', async () => new FunctionFlagStore(() => {}), null);

describe('a flag function', () => {
  it('is told each percentage once, and that the flag goes', async () => {
    const told: unknown[] = [];
    const store = new FunctionFlagStore((flag, percent, { service, version }) => {
      told.push([flag, percent, service, version]);
    });
    for (const percent of [5, 5, 50, null]) await store.set(aCall(1), 'ff', percent, never());
    expect(told).toEqual([
      ['ff', 5, 'api', '2.0.0'],
      ['ff', 50, 'api', '2.0.0'],
      ['ff', null, 'api', '2.0.0'],
    ]);
  });

  it('that answers false or throws leaves the flag as it was', async () => {
    let answer: () => boolean | void = () => {};
    const store = new FunctionFlagStore(() => answer());
    await store.set(aCall(1), 'ff', 5, never());
    answer = () => false;
    expect(await store.set(aCall(1), 'ff', 50, never())).toMatchObject({
      error: { code: 'flag/rejected', message: 'the flag function answered false' },
    });
    answer = () => {
      throw Object.assign(new Error('no connection'), { transient: true });
    };
    expect(await store.set(aCall(1), 'ff', null, never())).toMatchObject({
      error: { code: 'flag/unreachable', message: 'the flag function failed: no connection' },
    });
    expect(await store.read('ff', never())).toMatchObject({ value: { percent: 5 } });
  });

  it('that hangs is given up on', async () => {
    const store = new FunctionFlagStore(() => new Promise(() => {}), { timeoutMs: 20 });
    expect(await store.set(aCall(1), 'ff', 5, never())).toMatchObject({
      error: { code: 'flag/unreachable', message: 'the flag function took longer than 20 ms' },
    });
    expect(await store.read('ff', never())).toMatchObject({ value: null });
  });
});
