import { describe, expect, test } from 'vitest';
import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import { faultyFlags } from '../../../src/adapters/simulation/faulty-flags.js';
import { aCall, flagStoreSuite } from '../../suites/flag-store.suite.js';

flagStoreSuite('simulated', async () => faultyFlags(new MemoryFlagStore(), () => false), null);

describe('a simulated flag store that is away', () => {
  test('answers that it may be tried again, and changes nothing', async () => {
    const behind = new MemoryFlagStore();
    const store = faultyFlags(behind, () => true);
    const never = new AbortController().signal;
    const away = { ok: false, error: { code: 'flag/unreachable', transient: true } };

    expect(await store.set(aCall(1), 'ff_x', 10, never)).toMatchObject(away);
    expect(await store.read('ff_x', never)).toMatchObject(away);
    expect(await behind.read('ff_x', never)).toEqual({ ok: true, value: null });
  });
});
