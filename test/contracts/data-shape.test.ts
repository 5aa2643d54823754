import { describe, expect, test } from 'vitest';
import { shapeRefusal } from '../../src/contracts/values/data-shape.js';

const nested = (levels: number): unknown =>
  JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));

describe('the shape of data', () => {
  test.each([
    ['nothing', null],
    ['text', 'x'],
    ['32 levels', nested(32)],
    ['a list in a list', [1, [2]]],
  ])('of %s is left to its contract', (_, data) => {
    expect(shapeRefusal(data)).toBeNull();
  });

  test('that is too deep is refused with the field that it is in', () => {
    const refusal = { field: 'metadata', message: 'nested more than 32 levels' };

    expect(shapeRefusal({ service: 'api', metadata: nested(32) })).toEqual(refusal);
    expect(shapeRefusal({ metadata: nested(100_000) })).toEqual(refusal);
  });

  test('that holds itself, in however many ways, is too deep', () => {
    const around: Record<string, unknown> = {};
    for (let way = 0; way < 20; way++) around[`way${way}`] = around;

    expect(shapeRefusal({ metadata: around })?.message).toBe('nested more than 32 levels');
  });

  test.each(['__proto__', 'constructor', 'prototype'])('has no field %s at any depth', (name) => {
    expect(shapeRefusal(JSON.parse(`{"a":[{"${name}":1}]}`))).toEqual({
      field: name,
      message: 'is no name of a field',
    });
  });
});
