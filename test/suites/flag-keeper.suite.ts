import { beforeEach, describe, expect, test } from 'vitest';
import { serviceName } from '../../src/domain/model/ids.js';
import type { FlagKeeper } from '../../src/domain/ports/flag-store.js';
import type { FlagStore } from '../../src/domain/ports/flag-store.js';
import { aCall, type ByHand } from './flag-store.suite.js';

const never = new AbortController().signal;
const WEB = serviceName('web');

/** A store of flags, who looks after them, and a person who changes them. */
interface Kept {
  readonly store: FlagStore;
  readonly keeper: FlagKeeper;
  readonly byHand: ByHand;
}

/** What whoever looks after flags promises, wherever they are kept. */
export function flagKeeperSuite(name: string, make: () => Promise<Kept>): void {
  describe(`${name}, looked after`, () => {
    let kept: Kept;
    beforeEach(async () => {
      kept = await make();
    });

    const listed = async () => {
      const flags = await kept.keeper.list(never);
      if (!flags.ok) throw new Error(flags.error.message);
      return flags.value;
    };
    const only = async () => {
      const [flag] = await listed();
      if (flag === undefined) throw new Error('no flag');
      return flag;
    };

    test('lists the flags that were set, with who set them and when', async () => {
      expect(await listed()).toEqual([]);
      await kept.store.set(aCall(1), 'ff', 12.5, never);

      expect(await listed()).toEqual([
        {
          ...{ flag: 'ff', percent: 12.5, version: '2.0.0', deploymentId: 'dep_0123456789' },
          ...{ service: 'api', environment: 'production', mark: expect.any(String) },
          since: expect.any(Number),
        },
      ]);
    });

    test('removes a flag, and nobody takes it for deleted by somebody else', async () => {
      await kept.store.set(aCall(1), 'ff', 10, never);
      const flag = await only();

      expect(await kept.keeper.give(flag, null, never)).toEqual({ ok: true, value: true });
      expect(await listed()).toEqual([]);
      expect(await kept.store.set(aCall(1), 'ff', 20, never)).toMatchObject({ ok: true });
    });

    test('hands a flag over: the other service may set it, the one before may not', async () => {
      await kept.store.set(aCall(7), 'ff', 10, never);

      expect(await kept.keeper.give(await only(), WEB, never)).toEqual({ ok: true, value: true });
      expect(await listed()).toMatchObject([{ flag: 'ff', service: 'web', percent: 10 }]);
      expect(await kept.store.set(aCall(8), 'ff', 20, never)).toMatchObject({
        error: {
          code: 'flag/rejected',
          message: expect.stringContaining('signalbox flags --hand-over ff --to <service>'),
        },
      });
      const call = aCall(1, { service: WEB });
      expect(await kept.store.set(call, 'ff', 20, never)).toMatchObject({ ok: true });
    });

    test('leaves a flag alone that is no longer as it was listed', async () => {
      await kept.store.set(aCall(1), 'ff', 10, never);
      const flag = await only();
      await kept.store.set(aCall(1), 'ff', 50, never);

      expect(await kept.keeper.give(flag, WEB, never)).toEqual({ ok: true, value: false });
      expect(await listed()).toMatchObject([{ service: 'api', percent: 50 }]);
    });

    test('lists and removes a flag that somebody else changed', async () => {
      await kept.store.set(aCall(1), 'ff', 10, never);
      await kept.byHand('ff', 50);

      expect(await listed()).toMatchObject([{ percent: 50 }]);
      expect(await kept.keeper.give(await only(), null, never)).toEqual({ ok: true, value: true });
      expect(await listed()).toEqual([]);
    });

    test('removes a flag once, however often it is asked', async () => {
      await kept.store.set(aCall(1), 'ff', 10, never);
      const flag = await only();

      expect(await kept.keeper.give(flag, null, never)).toMatchObject({ ok: true });
      // Asked once more, it is done already or no longer there.
      expect(await kept.keeper.give(flag, null, never)).toMatchObject({ ok: true });
      expect(await listed()).toEqual([]);
    });
  });
}
