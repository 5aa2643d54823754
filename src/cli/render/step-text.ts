import { assertNever } from '../../domain/assert-never.js';
import type { Forecast } from '../../domain/plan/forecast.js';
import type { Step } from '../../domain/plan/step.js';
import type { StrategySpec } from '../../domain/strategies/strategy-spec.js';
import { durationText } from './time-text.js';

const NAMED_TARGETS = 4;

/** What a step does, after its kind. */
export function stepSubject(step: Step): string {
  switch (step.kind) {
    case 'deploy':
    case 'check': {
      const shown = step.targets.slice(0, NAMED_TARGETS).join(', ');
      const more = step.targets.length - NAMED_TARGETS;
      return more > 0 ? `${shown} and ${more} more` : shown;
    }
    case 'wait':
      return durationText(step.ms);
    default:
      return assertNever(step);
  }
}

/** `rolling, batch size 2, delay 5s` */
export function strategyText(spec: StrategySpec): string {
  const settings: string[] = [spec.kind];
  const say = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) settings.push(`${name} ${value}`);
  };
  if (spec.kind === 'rolling') {
    say('batch size', spec.batchSize);
    say('delay', timed(spec.delay));
    say('min healthy time', timed(spec.minHealthyTime));
    say('max unavailable', spec.maxUnavailable);
    say('failure tolerance', spec.failureTolerance);
  }
  if (spec.kind === 'canary') {
    say('stages', spec.stages?.map((stage) => `${stage}%`).join(' '));
    say('wait', timed(spec.wait));
    say('success threshold', spec.successThreshold);
  }
  return settings.join(', ');
}

const timed = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : durationText(ms);

/** What carrying out the plan will take, in two lines. */
export const forecastLines = (forecast: Forecast): readonly string[] => [
  `${count(forecast.steps, 'step')}, ${count(forecast.batches, 'batch', 'batches')} of at most ${count(forecast.largestBatch, 'target')}; at least ${forecast.lowestCapacity} of ${forecast.targets} go on serving`,
  `waits ${durationText(forecast.waitMs)}, takes at most ${durationText(forecast.atMostMs)}`,
];

export const count = (many: number, one: string, more = `${one}s`): string =>
  `${many} ${many === 1 ? one : more}`;
