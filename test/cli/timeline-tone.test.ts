import { expect, test } from 'vitest';
import { timelineLine } from '../../src/cli/render/timeline.js';

test('the verdict of an analysis gives its line the tone', () => {
  const told = (verdict: string) =>
    timelineLine({
      sequence: 1,
      type: 'deployment.analyzed',
      time: '2026-01-31T11:13:24.000Z',
      state: 'executing',
      data: { analysis: 'health', report: { name: 'health', verdict } },
    }).at(-1)?.[0];
  expect(['healthy', 'unhealthy', 'inconclusive', 'new'].map(told)).toEqual([
    'good',
    'bad',
    'warn',
    'plain',
  ]);
});

const seen = (heldOut: 'maintenance' | 'drained' | null, inRotation = true) => ({
  ...{ inRotation, share: 0.5, heldOut },
});

test('who is out of service by somebody else’s hand, or away, gives its line the tone', () => {
  const told = (data: Record<string, unknown>) =>
    timelineLine({
      sequence: 1,
      type: 'deployment.router_seen',
      time: '2026-01-31T11:13:24.000Z',
      state: 'executing',
      data,
    }).at(-1)?.[0];
  expect(told({ targets: { 'web-1': seen('maintenance') } })).toBe('warn');
  expect(told({ targets: { 'web-1': seen('drained') } })).toBe('warn');
  expect(told({ targets: { 'web-1': { ...seen(null), away: ['lb-2'] } } })).toBe('warn');
  expect(told({ targets: { 'web-1': seen(null, false) } })).toBe('plain');
  expect(told({})).toBe('plain');
});
