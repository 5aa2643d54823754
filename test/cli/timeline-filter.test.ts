import { expect, test } from 'vitest';
import { timelineFilter } from '../../src/cli/render/timeline-filter.js';

const told = (...events: readonly (readonly [type: string, data?: object])[]) => {
  const isTold = timelineFilter();
  return events
    .filter(([type, data]) =>
      isTold({ type: `deployment.${type}`, data: { target: 'web-1', ...data } }),
    )
    .map(([type]) => type);
};

test('the way out of rotation before a call and back after it is left to the lines of the call', () => {
  for (const call of ['target_started', 'target_restoring', 'target_retiring']) {
    expect(
      told(
        ['target_draining'],
        ['target_drained', { evidence: { ended: true } }],
        [call],
        ['target_updated'],
        ['target_admitting'],
        ['target_admitted', { evidence: {} }],
        ['completed'],
      ),
    ).toEqual([call, 'target_updated', 'completed']);
  }
});

test('requests that were still open when a target left rotation are told', () => {
  expect(told(['target_draining'], ['target_drained', { evidence: { ended: false } }])).toEqual([
    'target_drained',
  ]);
});

test('a target that comes back without a call of this deployment is told', () => {
  expect(
    told(
      ['target_started', { target: 'web-2' }],
      ['target_admitting'],
      ['target_admitted'],
      ['target_admitted', { target: 'web-2' }],
    ),
  ).toEqual(['target_started', 'target_admitted']);
});
