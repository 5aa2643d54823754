import { clopperPearson } from '../../../src/domain/analysis/statistics/binomial.js';

/** The interval that holds the true share in 999 of 1,000 cases, exact for what was counted. */
export const binomialInterval = (events: number, trials: number): readonly [number, number] =>
  clopperPearson({ events, trials }, 0.0005);
