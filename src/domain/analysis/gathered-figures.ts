import type { Gathered } from '../model/deployment/analysis-progress.js';
import { numberOf } from '../model/metric-value.js';
import type { Count } from './statistics/binomial.js';

/** As numbers, infinite ones too. */
export const samplesOf = ({ values }: Gathered): readonly number[] => values.map(numberOf);

export const countOf = ({ events, trials }: Gathered): Count => ({
  events: numberOf(events),
  trials: numberOf(trials),
});
