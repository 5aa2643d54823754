import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { releaseId } from '../../../src/domain/release/release-id.js';
import { checkOrder, dependentsOf } from '../../../src/domain/release/release-order.js';

const order = (members: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(members).map(([service, after]) => ({ service, after }));

describe('the order of a release', () => {
  test('may be any that can be carried out', () => {
    expect(checkOrder([])).toEqual({ ok: true, value: null });
    expect(checkOrder(order({ web: ['api', 'db'], api: ['db'], db: [], mail: [] })).ok).toBe(true);
  });

  test.each([
    [
      'a service twice',
      [...order({ api: [] }), ...order({ api: [] })],
      [1, 'service'],
      'api is in this release twice',
    ],
    [
      'one after a stranger',
      order({ db: [], api: ['db', 'cache'] }),
      [1, 'after', 1],
      'cache is not in this release',
    ],
    ['one after itself', order({ api: ['api'] }), [0, 'after'], 'no order: api after api'],
    [
      'a circle, told from where it can be entered',
      order({ mail: ['api'], db: ['web'], api: ['db'], web: ['api'] }),
      [2, 'after'],
      'no order: api after db after web after api',
    ],
  ])('with %s is refused, and the place is named', (_, members, path, message) => {
    expect(checkOrder(members)).toEqual({ ok: false, error: { path, message } });
  });

  test('is refused for a circle exactly when there is no way through', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const after = fc.array(fc.subarray(names), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(after, (all) => {
        const members = names.map((service, at) => ({ service, after: all[at] ?? [] }));
        const done = new Set<string>();
        for (const _ of names) {
          for (const member of members) {
            if (member.after.every((needed) => done.has(needed))) done.add(member.service);
          }
        }
        expect(checkOrder(members).ok).toBe(done.size === names.length);
      }),
    );
  });

  test('tells who needs a service, through others too', () => {
    const members = order({ web: ['api'], db: [], api: ['db'], mail: ['db'], edge: ['web'] });
    const needing = dependentsOf(members, 'db').map(({ service }) => service);

    expect(needing).toEqual(['web', 'api', 'mail', 'edge']);
    expect(dependentsOf(members, 'mail')).toEqual([]);
  });
});

describe('the id of a release', () => {
  test('is safe in keys and job ids, or is none', () => {
    expect(releaseId('rel_0123456789')).toBe('rel_0123456789');
    expect(() => releaseId('rel:1')).toThrow('"rel:1" is not a release id: it must match ^rel_');
  });
});
