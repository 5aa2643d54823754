import { expect, test } from 'vitest';
import { eventSentence } from '../../src/cli/render/event-sentence.js';
import type { PlanEvent } from '../../src/domain/model/deployment/plan-event.js';
import { web } from '../support/fixtures.js';

const SENTENCES: readonly (readonly [PlanEvent, string])[] = [
  [
    { type: 'deployment.target_drained', target: web(1), evidence: { ended: false } },
    'web-1: drain given up, with requests still open',
  ],
  [
    { type: 'deployment.target_draining', target: web(1), withinMs: 30_000 },
    'draining web-1: at most 30 s more',
  ],
  [
    {
      ...{ type: 'deployment.target_draining', target: web(1) },
      withinMs: 90_000,
      uncounted: true,
    },
    'draining web-1: at most 1 min 30 s more; the router cannot count its requests',
  ],
  [
    {
      ...{ type: 'deployment.drain_seen', target: web(1), withinMs: 23_950 },
      count: { left: 3, of: 'requests' },
    },
    'draining web-1: 3 requests left, at most 24 s more',
  ],
  [
    {
      ...{ type: 'deployment.drain_seen', target: web(1), withinMs: 0, uncounted: true },
      count: { left: 2, of: 'workers' },
    },
    'draining web-1: 2 old workers of the router left, its time is up; the router cannot count its requests',
  ],
  [
    {
      ...{ type: 'deployment.target_drained', target: web(1) },
      evidence: { ended: false, left: 1, of: 'connections', waitedMs: 30_010 },
    },
    'web-1: drain given up after 30 s: 1 connection cut',
  ],
  [
    {
      ...{ type: 'deployment.target_drained', target: web(1) },
      evidence: { ended: false, left: 2, of: 'workers', waitedMs: 30_000 },
    },
    'web-1: drain given up after 30 s: 2 old workers of the router left; the router cannot count its requests that are cut',
  ],
  [
    { type: 'deployment.target_drained', target: web(1), evidence: { ended: null } },
    'web-1: out of rotation; the router cannot see whether its requests have ended',
  ],
];

test.each(SENTENCES)('an event of a drain is told in a sentence: %j', (event, sentence) => {
  const { type, ...data } = event;
  expect(eventSentence({ type, data })).toBe(sentence);
});

test('what no version is known to write is told as far as it can be', () => {
  const type = 'deployment.target_drained';
  expect(eventSentence({ type, data: { target: 7, evidence: { ended: false } } })).toBe(
    '?: drain given up, with requests still open',
  );
  expect(eventSentence({ type: 'deployment.drain_seen', data: { withinMs: 1_000 } })).toBe(
    'draining ?: at most 1 s more',
  );
});
