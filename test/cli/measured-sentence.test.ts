import { expect, test } from 'vitest';
import { eventSentence } from '../../src/cli/render/event-sentence.js';
import { eventData } from '../../src/contracts/views/event-data.js';
import type { PlanEvent } from '../../src/domain/model/deployment/plan-event.js';

const measurement = (canary: object, baseline: object | null = null) =>
  ({ at: 0, round: 3, metrics: [{ name: 'errors', canary, baseline }] }) as never;

const SENTENCES: readonly (readonly [PlanEvent, string])[] = [
  [
    {
      type: 'deployment.measured',
      step: 0,
      analysis: 'health',
      measurement: measurement({ kind: 'counts', events: 1, trials: 2 }),
    },
    'analysis health: round 3 measured',
  ],
  [
    {
      type: 'deployment.measured',
      step: 0,
      analysis: 'health',
      measurement: measurement({ kind: 'no_data', message: 'matched nothing' }),
    },
    'analysis health: round 3 measured, without errors matched nothing',
  ],
  [
    {
      type: 'deployment.measured',
      step: 0,
      analysis: 'health',
      measurement: measurement({ kind: 'values', values: ['+Inf'], notes: ['partly', 'NaN: x'] }),
    },
    'analysis health: round 3 measured; errors: partly; errors: NaN: x',
  ],
  [
    {
      type: 'deployment.measured',
      step: 0,
      analysis: 'health',
      measurement: measurement({ kind: 'no_data', message: 'partly', notes: ['partly'] }),
    },
    'analysis health: round 3 measured, without errors partly',
  ],
];

test.each(SENTENCES)(
  'a round is told with what its sources lacked or warned of: %#',
  (event, sentence) => {
    expect(eventSentence({ type: event.type, data: eventData(event) })).toBe(sentence);
  },
);
