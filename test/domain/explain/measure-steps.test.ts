import { expect, test } from 'vitest';
import { stepWords } from '../../../src/domain/explain/step-words.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { web } from '../../support/fixtures.js';
import { after, analysis, threshold, values } from '../analysis/analysis-fixtures.js';
import { begun, deploy, explained, lived } from './standing.js';

const spec = analysis([threshold()]);
const background: Step = {
  ...{ kind: 'analyze', analysis: 'health', mode: 'background' },
  ...{ targets: [web(1)], baseline: [] },
};
const started: PlanEvent = {
  ...{ type: 'deployment.analysis_started', step: 0, analysis: 'health', mode: 'background' },
  progress: after(spec, [{ cpu: [values(10)] }]),
};

test('a deployment that waits for what is measured in the background says for what, and how to go on', () => {
  const measuring = (until: 'rounds' | 'verdict', ...analyses: [string, ...string[]]): Step => ({
    ...{ kind: 'measure', until, analyses },
  });
  const awaited = lived(
    begun([background, measuring('rounds', 'health'), deploy(1)], {}, { analyses: [spec] }),
    3_000,
    started,
    { type: 'deployment.step_completed', step: 0 },
  );
  expect(explained(awaited)).toMatchObject({
    step: { what: 'measure health until it has its rounds' },
    holds: [{ kind: 'analysis', until: 40_000, command: `signalbox promote ${awaited.id}` }],
  });
  const last = lived(
    begun([background, measuring('verdict', 'health'), deploy(1)], {}, { analyses: [spec] }),
    3_000,
    started,
    { type: 'deployment.step_completed', step: 0 },
    { type: 'deployment.waiting', step: 1, until: 90_000 },
  );
  expect(explained(last).holds.map(({ kind }) => kind)).toEqual(['analysis']);
  expect(stepWords(measuring('rounds', 'a', 'b'))).toBe(
    'measure a, b until they have their rounds',
  );
  expect(stepWords(measuring('verdict', 'a'))).toBe('measure a until its verdict');
  expect(stepWords(measuring('verdict', 'a', 'b'))).toBe('measure a, b until their verdicts');
});
