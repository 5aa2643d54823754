import type { TargetId } from '../../domain/model/ids.js';
import { restOf } from '../../domain/model/plan/percentage.js';
import { measureWords } from '../../domain/explain/step-words.js';
import type { GateStep, Step } from '../../domain/model/plan/step.js';

/** What a terminal and a page say differently. */
export interface Wording {
  /** Targets that are named before the rest is counted. */
  readonly named: number;
  /** @param ms milliseconds */
  readonly time: (ms: number) => string;
}

/** What a step does, after its kind. */
export function stepSubject(step: Step, wording: Wording): string {
  const named = (targets: readonly TargetId[]): string => {
    const shown = targets.slice(0, wording.named).join(', ');
    const more = targets.length - wording.named;
    return more > 0 ? `${shown} and ${more} more` : shown;
  };
  switch (step.kind) {
    case 'deploy':
    case 'check':
    case 'retire':
      return named(step.targets);
    case 'close':
      return `${named(step.targets)} to all clients`;
    case 'wait':
      return wording.time(step.ms);
    case 'shift': {
      const rest = step.percent < 100 ? `, ${percentText(restOf(step.percent))} to ` : '';
      return `${percentText(step.percent)} to ${named(step.to)}${rest && rest + named(step.from)}`;
    }
    case 'set_flag':
      return `${step.flag} to ${percentText(step.percent)}`;
    case 'gate':
      return gateText(step, wording);
    case 'analyze': {
      const beside = step.baseline.length > 0 ? ` beside ${named(step.baseline)}` : '';
      const mode = step.mode === 'background' ? ', in the background' : '';
      return `${step.analysis} of ${named(step.targets)}${beside}${mode}`;
    }
    case 'measure':
      return measureWords(step);
  }
}

function gateText({ name, timeout, onTimeout }: GateStep, { time }: Wording): string {
  if (timeout === null) return `${name}, until promoted`;
  const then = onTimeout === 'abort' ? 'aborts' : 'promotes';
  return `${name}, until promoted; ${then} by itself after ${time(timeout)}`;
}

const MOST_DECIMALS = 12;

/**
 * Weights that stages share out in several batches are no round numbers: three
 * decimals, or as many more as it takes that some is not none, nor all.
 */
export function percentText(percent: number): string {
  for (let decimals = 3; decimals < MOST_DECIMALS; decimals += 1) {
    const shown = Number(percent.toFixed(decimals));
    if ((shown !== 0 && shown !== 100) || shown === percent) return `${shown}%`;
  }
  return `${Number(percent.toFixed(MOST_DECIMALS))}%`;
}
