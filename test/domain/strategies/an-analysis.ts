import type { AnalysisSpec } from '../../../src/domain/model/plan/analysis-spec.js';

/** Three rounds of 7 ms after 5 ms. */
export const anAnalysis = (name: string): AnalysisSpec => ({
  name,
  metrics: [
    {
      kind: 'threshold',
      name: 'errors',
      source: 'prometheus',
      query: 'errors',
      direction: 'lower',
      against: { kind: 'limit', limit: 1 },
      weight: 1,
      critical: false,
      noData: 'fail',
      tooLittleData: 'fail',
      sourceDown: 'fail',
      minSamples: 1,
      failureLimit: 0,
    },
  ],
  initialDelay: 5,
  interval: 7,
  count: 3,
  onInconclusive: 'fail',
  consecutiveErrorLimit: 4,
  passScore: 100,
  marginalScore: 50,
  sequential: false,
  stopWhenShown: false,
  confidence: 0.95,
});
