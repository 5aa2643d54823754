import { beforeEach, describe, expect, test } from 'vitest';
import type { KeptSession, SessionStore } from '../../src/domain/security/session-store.js';

const FAR = 32_503_680_000_000;

export const aSession = (rest: Partial<KeptSession> = {}): KeptSession => ({
  id: 'a'.repeat(64),
  name: 'ann “the admin”',
  roles: ['admin', 'viewer'],
  since: 1_000,
  until: FAR,
  address: '2001:db8::/64',
  basis: 'b',
  seal: 's',
  ...rest,
});

/** What every store of sessions must do, whatever it is made of. */
export function sessionStoreSuite(name: string, make: () => SessionStore): void {
  describe(name, () => {
    let store: SessionStore;
    beforeEach(() => {
      store = make();
    });

    test('what was opened is found as it was, once, however often it was sent', async () => {
      await store.open(aSession());
      await store.open(aSession());
      expect(await store.find(aSession().id)).toEqual(aSession());
      expect(await store.list(0)).toEqual([aSession()]);
      expect(await store.find('b'.repeat(64))).toBeNull();
    });

    test('the newest is listed first, and none that is over', async () => {
      for (const id of ['a', 'b', 'c']) {
        await store.open(aSession({ id, since: id.charCodeAt(0) }));
      }
      await store.open(aSession({ id: 'short', until: FAR - 1 }));
      expect((await store.list(FAR - 1)).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    });

    test('what was ended is found nowhere, the others stay', async () => {
      for (const id of ['a', 'b', 'c']) await store.open(aSession({ id }));
      await store.end(['a', 'c', 'nothing']);
      await store.end([]);
      expect(await store.find('a')).toBeNull();
      expect((await store.list(0)).map(({ id }) => id)).toEqual(['b']);
    });
  });
}
