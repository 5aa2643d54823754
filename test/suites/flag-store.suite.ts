import { beforeEach, describe, expect, test } from 'vitest';
import { deploymentId, environmentName, serviceName, version } from '../../src/domain/model/ids.js';
import type { FlagCall, FlagStore } from '../../src/domain/ports/flag-store.js';

const never = (): AbortSignal => new AbortController().signal;
const FLAG = 'ff_api_2.0.0';

export const aCall = (fence: number, call: Partial<FlagCall> = {}): FlagCall => ({
  service: serviceName('api'),
  environment: environmentName('production'),
  deploymentId: deploymentId('dep_0123456789'),
  version: version('2.0.0'),
  fence,
  ...call,
});
const WEB = { service: serviceName('web') };

/** Changes a flag as a person does, who asks nobody; `null` deletes it. */
export type ByHand = (flag: string, percent: number | null) => Promise<void> | void;

/**
 * What every store of flags promises, wherever it keeps them.
 *
 * @param handsOn how a person gets at what is in a store; none where nobody can
 */
export function flagStoreSuite<S extends FlagStore>(
  name: string,
  make: () => Promise<S>,
  handsOn: ((store: S) => ByHand) | null,
): void {
  describe(`${name} as a flag store`, () => {
    let store: S;
    beforeEach(async () => {
      store = await make();
    });

    const set = (call: FlagCall, percent: number | null, flag = FLAG) =>
      store.set(call, flag, percent, never());
    const standing = async (flag = FLAG) => {
      const read = await store.read(flag, never());
      if (!read.ok) throw new Error(read.error.message);
      return read.value;
    };

    test('knows no flag that nobody set', async () => {
      expect(await standing()).toBeNull();
      expect(await standing('constructor')).toBeNull();
    });

    test.each([0, 0.001, 1, 10, 33.333, 99.999, 100])(
      'sets the percentage asked for, %d, and no other',
      async (percent) => {
        const done = await set(aCall(1), percent);

        expect(done).toMatchObject({ ok: true, value: { flag: FLAG, percent, changed: true } });
        const { mark } = done.ok ? done.value : {};
        expect(await standing()).toEqual({
          ...{ flag: FLAG, percent, version: '2.0.0', owner: 'production/api', mark },
        });
      },
    );

    test('widens and narrows', async () => {
      for (const percent of [1, 10, 100, 50, 0]) {
        await set(aCall(1), percent);
        expect((await standing())?.percent).toBe(percent);
      }
    });

    test('changes nothing when the same call comes again', async () => {
      const call = aCall(1);
      await set(call, 10);

      expect(await set(call, 10)).toMatchObject({ ok: true, value: { changed: false } });
      expect(await set({ ...call, fence: 2 }, 10)).toMatchObject({
        ok: true,
        value: { changed: false },
      });
      expect((await standing())?.percent).toBe(10);
    });

    test('takes a flag away, and again without complaint', async () => {
      await set(aCall(1), 10);

      expect(await set(aCall(1), null)).toMatchObject({ ok: true, value: { changed: true } });
      expect(await set(aCall(1), null)).toMatchObject({ ok: true, value: { changed: false } });
      expect(await standing()).toBeNull();
    });

    test('keeps flags apart', async () => {
      await set(aCall(1), 10, 'one');
      await set(aCall(1), 20, '__proto__');
      await set(aCall(1), null, 'one');

      expect(await standing('one')).toBeNull();
      expect((await standing('__proto__'))?.percent).toBe(20);
    });

    test('refuses an older fence, and changes nothing', async () => {
      await set(aCall(7), 10);

      const late = await set(aCall(6), 100);

      expect(late).toMatchObject({ ok: false, error: { code: 'flag/fenced', transient: false } });
      expect((await standing())?.percent).toBe(10);
    });

    test('refuses an older fence also where the newer one changed nothing, or took the flag away', async () => {
      const call = aCall(5);
      await set(call, 10);
      await set({ ...call, fence: 6 }, 10);
      expect(await set(call, 20)).toMatchObject({ ok: false, error: { code: 'flag/fenced' } });

      await set(aCall(7), null);
      expect(await set(aCall(6), 10)).toMatchObject({ ok: false, error: { code: 'flag/fenced' } });
      expect(await standing()).toBeNull();
    });

    test('refuses a flag of another service, until that service takes it away', async () => {
      await set(aCall(7), 10);

      expect(await set(aCall(9, WEB), 50)).toMatchObject({
        ok: false,
        error: { code: 'flag/rejected', message: expect.stringContaining('production/api') },
      });
      expect(await set(aCall(9, WEB), null)).toMatchObject({ ok: false });
      expect((await standing())?.percent).toBe(10);

      await set(aCall(7), null);
      expect(await set(aCall(1, WEB), 50)).toMatchObject({ ok: true });
    });

    test.runIf(handsOn !== null).each([
      [50, 'at 50%'],
      [null, 'deleted'],
    ])('leaves a flag alone that somebody else changed to %j', async (percent, found) => {
      await set(aCall(1), 10);
      await handsOn?.(store)(FLAG, percent);

      expect(await set(aCall(1), 20)).toMatchObject({
        ok: false,
        error: {
          code: 'flag/changed',
          transient: false,
          message: `${FLAG} was changed by somebody else: it is ${found}`,
          change: { found, mark: expect.any(String) },
        },
      });
      expect((await standing())?.percent ?? null).toBe(percent);
    });

    test.runIf(handsOn !== null)(
      'overwrites what somebody else made of a flag only where it is told to, and just that',
      async () => {
        await set(aCall(1), 10);
        await handsOn?.(store)(FLAG, 50);
        const refused = await set(aCall(1), 20);
        const mark = refused.ok ? undefined : refused.error.change?.mark;
        await handsOn?.(store)(FLAG, 60);

        expect(await set(aCall(1, { overwrites: mark }), 20)).toMatchObject({
          error: { code: 'flag/changed', change: { found: 'at 60%' } },
        });
        await handsOn?.(store)(FLAG, 50);
        expect(await set(aCall(1, { overwrites: mark }), 20)).toMatchObject({ ok: true });
        await handsOn?.(store)(FLAG, null);
        expect(await set(aCall(1, { overwrites: 'any' }), 30)).toMatchObject({ ok: true });
        expect((await standing())?.percent).toBe(30);
        expect(await set(aCall(1), 40)).toMatchObject({ ok: true });
      },
    );

    test('sets a flag of which the caller knows an older state of ours: its last answer was lost', async () => {
      const first = await set(aCall(1), 10);
      const wrote = first.ok ? String(first.value['mark']) : '';
      await set(aCall(1, { wrote }), 20);

      expect(await set(aCall(2, { wrote }), 20)).toMatchObject({
        ok: true,
        value: { changed: false },
      });
    });

    test.runIf(handsOn !== null)(
      'leaves a flag alone that is gone without a trace, where the caller has set it',
      async () => {
        const call = aCall(1, { wrote: 'what was there' });

        expect(await set(call, 20)).toMatchObject({
          error: { code: 'flag/changed', change: { found: 'deleted' } },
        });
        expect(await set(call, null)).toMatchObject({ ok: true, value: { changed: false } });
        expect(await standing()).toBeNull();
      },
    );

    test.runIf(handsOn !== null)('takes a flag away that somebody else deleted', async () => {
      await set(aCall(1), 10);
      await handsOn?.(store)(FLAG, null);

      expect(await set(aCall(1), null)).toMatchObject({ ok: true, value: { changed: false } });
      expect(await set(aCall(1), 10)).toMatchObject({ ok: true });
    });

    test.each([-1, 100.001, 0.0005, Number.NaN])('refuses %d percent', async (percent) => {
      expect(await set(aCall(1), percent)).toMatchObject({
        ok: false,
        error: {
          code: 'flag/rejected',
          message: expect.stringContaining('percent'),
          transient: false,
        },
      });
      expect(await standing()).toBeNull();
    });

    test.each(['', 'a b', 'a\nb'])('refuses a flag that is called %j', async (flag) => {
      expect(await set(aCall(1), 1, flag)).toMatchObject({ ok: false });
      expect(await store.read(flag, never())).toMatchObject({
        ok: false,
        error: { code: 'flag/rejected', message: expect.stringContaining('flag') },
      });
    });

    test('does nothing when it is told to stop first', async () => {
      const stopped = AbortSignal.abort();

      expect(await store.set(aCall(1), FLAG, 10, stopped)).toMatchObject({
        ok: false,
        error: { code: 'flag/aborted' },
      });
      expect(await store.read(FLAG, stopped)).toMatchObject({ ok: false });
      expect(await standing()).toBeNull();
    });

    test('of many writers at once, the one with the newest fence has the last word', async () => {
      const fences = Array.from({ length: 20 }, (_, at) => ((at * 7) % 20) + 1);

      const answers = await Promise.all(fences.map((fence) => set(aCall(fence), fence, FLAG)));

      for (const answer of answers) {
        expect(answer.ok || answer.error.code).toBeOneOf([true, 'flag/fenced']);
      }
      expect((await standing())?.percent).toBe(20);
    });
  });
}
