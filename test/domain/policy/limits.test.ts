import { describe, expect, test } from 'vitest';
import { limitsOf } from '../../../src/domain/model/plan/limits.js';
import { windowsOf } from '../../../src/domain/model/plan/window.js';
import { allow, API, deny } from './timetable.js';

describe('limits', () => {
  test('are those of its environment and of its labels', () => {
    const limits = [
      { environment: 'production', most: 2 },
      { environment: 'staging', most: 9 },
      { label: { tier: 'web' }, most: 1 },
      { label: { tier: 'db' }, most: 1 },
    ];

    expect(limitsOf(limits, API)).toEqual([
      { key: 'environment:production', most: 2 },
      { key: 'label:tier=web', most: 1 },
    ]);
  });

  test('that are said twice are one, the smaller', () => {
    const limits = [
      { environment: 'production', most: 2 },
      { environment: 'production', most: 5 },
      { environment: 'production', most: 1 },
    ];

    expect(limitsOf(limits, API)).toEqual([{ key: 'environment:production', most: 1 }]);
  });

  test('of several labels have one name, in whatever order they are written', () => {
    const labels = { tier: 'web', team: 'red' };
    const limits = [
      { label: { tier: 'web', team: 'red' }, most: 3 },
      { label: { team: 'red', tier: 'web' }, most: 2 },
    ];

    expect(limitsOf(limits, { ...API, labels })).toEqual([
      { key: 'label:team=red,tier=web', most: 2 },
    ]);
    expect(limitsOf(limits, API)).toEqual([]);
  });

  test('go by labels a service has, not by what every object has', () => {
    expect(limitsOf([{ label: { constructor: 'x' }, most: 1 }], API)).toEqual([]);
  });
});

describe('windows of the whole configuration', () => {
  const scoped = { environments: null, labels: {} };

  test('are taken by the services they name, without their scope', () => {
    const windows = [
      { ...allow('0-1'), ...scoped },
      { ...deny('0-1'), ...scoped, environments: ['staging', 'production'] },
      { ...deny('1-2'), ...scoped, environments: ['staging'] },
      { ...deny('2-3'), ...scoped, labels: { tier: 'web' } },
      { ...deny('3-4'), ...scoped, labels: { tier: 'db' } },
    ];

    expect(windowsOf(windows, API)).toEqual([allow('0-1'), deny('0-1'), deny('2-3')]);
  });

  test('keep their end on the clock', () => {
    const { duration: _, ...weekend } = { ...deny('0-1'), until: 'MO 00:00' };

    expect(windowsOf([{ ...weekend, ...scoped }], API)).toEqual([weekend]);
  });
});
