import { expect, test } from 'vitest';
import { eventSentence } from '../../src/cli/render/event-sentence.js';
import type { PlanEvent } from '../../src/domain/model/deployment/plan-event.js';

const OLD = { flag: 'ff_1', version: '1', percent: 100 };

test.each<[PlanEvent, string]>([
  [
    { type: 'deployment.flags_removing', flags: [OLD, { ...OLD, flag: 'ff_2' }] },
    'removing the flags of older versions: ff_1, ff_2',
  ],
  [
    {
      ...{ type: 'deployment.flags_removed', removed: [OLD] },
      left: [{ flag: 'ff_2', reason: 'somebody else changed it: it is at 5%' }],
    },
    'flags of older versions: removed: ff_1; ff_2 stays: somebody else changed it: it is at 5%',
  ],
  [
    { type: 'deployment.flags_removed', removed: [], left: [], error: 'Redis is away' },
    'flags of older versions: all stay for now: Redis is away',
  ],
])('what becomes of old flags is told in a sentence: $type', ({ type, ...data }, sentence) => {
  expect(eventSentence({ type, data })).toBe(sentence);
});

test('what is told of old flags without saying which breaks nothing', () => {
  expect(eventSentence({ type: 'deployment.flags_removed', data: {} })).toBe(
    'flags of older versions: ',
  );
});
