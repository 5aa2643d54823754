import { stepSubject as subjectOf, type Wording } from '../../contracts/views/step-words.js';
import { strategyWords } from '../../contracts/views/strategy-words.js';
import type { Step } from '../../domain/model/plan/step.js';
import type { StrategySpec } from '../../domain/model/plan/strategy-spec.js';
import { durationText } from '../text/time-text.js';
import { servingText } from '../../contracts/views/serving-text.js';
import type { Forecast } from '../../domain/model/plan/deployment-plan.js';

const WORDING: Wording = { named: 4, time: durationText };

/** What a step does, after its kind. */
export const stepSubject = (step: Step): string => subjectOf(step, WORDING);

/** `rolling, batch size 2, delay 5s` */
export const strategyText = (spec: StrategySpec): string =>
  strategyWords(spec, durationText).join(', ');

/** What carrying out the plan will take, in a few lines. */
export const forecastLines = (forecast: Forecast): readonly string[] => [
  `${count(forecast.steps, 'step')}, ${count(forecast.batches, 'batch', 'batches')} of at most ${count(forecast.largestBatch, 'target')}; at least ${servingText(forecast)}`,
  [
    `waits ${durationText(forecast.waitMs)}`,
    ...(forecast.analysisMs > 0 ? [`measures ${durationText(forecast.analysisMs)}`] : []),
    `takes at most ${durationText(forecast.atMostMs)}`,
  ].join(', '),
  ...gateLine(forecast),
  `a rollback takes at most ${durationText(forecast.rollbackMs)}`,
];

function gateLine({ gates, longestGateMs }: Forecast): readonly string[] {
  if (gates === 0) return [];
  const longest =
    longestGateMs === null
      ? 'for as long as nobody promotes'
      : `${durationText(longestGateMs)} at most`;
  return [`stands at ${count(gates, 'gate')}, ${longest}`];
}

export const count = (many: number, one: string, more = `${one}s`): string =>
  `${many} ${many === 1 ? one : more}`;
