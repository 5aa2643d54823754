import { describe, expect, test } from 'vitest';
import { boundsRefusal } from '../../src/workers/jobs/job-bounds.js';
import { jobRepairOf } from '../../src/workers/jobs/job-repair.js';

const nested = (levels: number): unknown =>
  JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));

describe("the bounds of a job's data", () => {
  test.each([
    ['nothing', null],
    ['no value', undefined],
    ['a list', [1, [2]]],
    ['32 levels', nested(32)],
  ])('let %s through, for its contract to judge', (_, data) => {
    expect(boundsRefusal(data)).toBeNull();
  });

  test.each([
    ['33 levels', nested(33), 'more than 32 levels'],
    ['100,000 levels', nested(100_000), 'more than 32 levels'],
    ['a prototype', JSON.parse('{"a":[{"__proto__":{"x":1}}]}'), '__proto__: '],
    ['a constructor', { metadata: { constructor: 'x' } }, 'constructor: '],
    ['a megabyte and more', 'x'.repeat(1_048_576), '1048578 bytes, expected at most 1048576'],
  ])('refuse %s', (_, data, said) => {
    expect(boundsRefusal(data)).toContain(said);
  });
});

describe('repair a job that no client of BullMQ wrote', () => {
  test('leaves one alone that can be read', () => {
    expect(jobRepairOf({}, {})).toBeNull();
    expect(
      jobRepairOf({ data: '', opts: '{}', progress: '3', parent: '{}', atm: '2', delay: '-1' }, {}),
    ).toBeNull();
  });

  test('keeps the start of what was there, and says what is wrong', () => {
    const repair = jobRepairOf({ data: 'x'.repeat(1_000), opts: '[]', parent: '1' }, { a: 1 });
    expect(repair?.set).toEqual({
      data: JSON.stringify({ unreadable: 'x'.repeat(300) }),
      opts: '{"a":1}',
      defa: repair?.reason,
    });
    expect(repair?.remove).toEqual(['parent', 'parentKey']);
    expect(repair?.reason).toContain('data, opts, parent, parentKey: not readable');
  });
});
