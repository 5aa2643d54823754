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

/** What every store of flags promises, wherever it keeps them. */
export function flagStoreSuite(name: string, make: () => Promise<FlagStore>): void {
  describe(`${name} as a flag store`, () => {
    let store: FlagStore;
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
        expect(await standing()).toEqual({ flag: FLAG, percent, version: '2.0.0' });
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
