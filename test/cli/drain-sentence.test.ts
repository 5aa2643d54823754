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
  [
    { ...{ type: 'deployment.requests_counted', requests: 496, overMs: 60_000 }, targets: {} },
    'the old targets still had 496 requests in the last 1 min',
  ],
  [
    { ...{ type: 'deployment.requests_counted', requests: 1, overMs: 2_300 }, targets: {} },
    'the old targets still had 1 request in the last 3 s',
  ],
  [
    { ...{ type: 'deployment.requests_counted', requests: 0, overMs: 2_300 }, targets: {} },
    'the old targets had no requests any more',
  ],
  [
    { ...{ type: 'deployment.requests_counted', requests: null, overMs: 1 }, targets: null },
    'the router could not say how many requests the old targets still had',
  ],
  [
    { type: 'deployment.target_closing', target: web(1), withinMs: 30_000 },
    'web-1: closing it to all clients',
  ],
  [
    { type: 'deployment.target_closed', target: web(1), evidence: { ended: true } },
    'web-1: closed, no client is sent there any more',
  ],
  [
    { type: 'deployment.target_closed', target: web(1), evidence: { ended: false } },
    'web-1: closed, no client is sent there any more; requests that it has go on',
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
