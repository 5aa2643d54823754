import * as crypto from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { TokenBook } from '../../../src/adapters/security/token-book.js';
import { accessToken, tokenHash } from '../../../src/contracts/values/access-token.js';

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof crypto>();
  return { ...real, timingSafeEqual: vi.fn<typeof real.timingSafeEqual>(real.timingSafeEqual) };
});
const compare = vi.mocked(crypto.timingSafeEqual);

const tokenOf = (n: number): string => accessToken(new Uint8Array(32).fill(n));
const book = new TokenBook(
  [1, 2, 3].map((n) => ({ name: `p${n}`, role: 'viewer', hash: tokenHash(tokenOf(n)) })),
);
beforeEach(() => {
  compare.mockClear();
});

describe('the book of tokens', () => {
  test.each([1, 2, 3, 9])('compares with every one in constant time, token %i', (n) => {
    const answer = book.check(tokenOf(n));
    expect(answer.kind === 'known' ? answer.identity.name : null).toBe(n === 9 ? null : `p${n}`);
    expect(compare).toHaveBeenCalledTimes(3);
  });

  test.each([
    '',
    'p1',
    tokenHash(tokenOf(1)),
    tokenOf(1).slice(4),
    `${tokenOf(1)}=`,
    ` ${tokenOf(1)}`,
  ])('knows nothing but tokens that we made: %j', (text) => {
    expect(book.check(text)).toEqual({ kind: 'refused', reason: 'it is no token of ours' });
  });

  test('holds no token, whoever looks into it', () => {
    const known = book.check(tokenOf(1));
    expect(JSON.stringify([book, known])).not.toContain(tokenOf(1));
  });
});
