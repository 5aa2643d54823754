import { assertNever } from '../../domain/assert-never.js';
import type { Deployment } from '../../domain/plan/deployment.js';
import type { PlanState } from '../../domain/plan/plan-state.js';
import type { Step } from '../../domain/plan/step.js';
import type { StrategySpec } from '../../domain/strategies/strategy-spec.js';
import { html, type Html, type HtmlValue } from '../html.js';
import { leftOut, MOST_ROWS } from './table.js';
import { count, length, moment } from './wording.js';

const NAMED_TARGETS = 12;

/** What will be done, and how far it has come. */
export function planSection({ plan, state }: Deployment): Html {
  const { forecast, steps, driver, checks } = plan;
  const shown = steps.slice(0, MOST_ROWS);
  return html`<section>
    <h2>Plan</h2>
    <p>
      ${strategyText(plan.strategy)}; driver ${driver.kind};
      ${checks.length === 0 ? 'no checks' : `checks ${checks.map(({ name }) => name).join(', ')}`}.
    </p>
    <p class="soft">
      Forecast: ${count(forecast.steps, 'step')}, ${count(forecast.batches, 'batch', 'batches')} of
      at most ${count(forecast.largestBatch, 'target')}; at least ${forecast.lowestCapacity} of
      ${forecast.targets} go on serving; waits ${length(forecast.waitMs)}, takes at most
      ${length(forecast.atMostMs)}.
    </p>
    <ol>
      ${shown.map((step, at) => html`<li>${stepText(step)}${progress(state, at)}</li>`)}
    </ol>
    ${leftOut(steps.length, shown.length, 'more steps')}
  </section>`;
}

function stepText(step: Step): HtmlValue {
  switch (step.kind) {
    case 'deploy':
    case 'check': {
      const named = step.targets.slice(0, NAMED_TARGETS).join(', ');
      const more = step.targets.length - NAMED_TARGETS;
      return `${step.kind} ${named}${more > 0 ? ` and ${more} more` : ''}`;
    }
    case 'wait':
      return `wait ${length(step.ms)}`;
    default:
      return assertNever(step);
  }
}

function progress(state: PlanState, at: number): Html | null {
  const running = state.status === 'paused' ? state.from : state;
  if (running.status !== 'executing' || at > running.step) return null;
  if (at < running.step) return html` <span class="good">done</span>`;
  return running.waitUntil === null
    ? html` <span class="busy">now</span>`
    : html` <span class="busy">waiting until ${moment(running.waitUntil)}</span>`;
}

function strategyText({ kind, ...settings }: StrategySpec): string {
  const said = Object.entries(settings).map(
    ([name, value]) => ` ${words(name)} ${setting(name, value)}`,
  );
  return [`Strategy ${words(kind)}`, ...said].join(',');
}

const words = (name: string): string =>
  name.replaceAll('_', ' ').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const TIMES: ReadonlySet<string> = new Set(['delay', 'minHealthyTime', 'wait']);

function setting(name: string, value: unknown): string {
  if (typeof value === 'number' && TIMES.has(name)) return length(value);
  return Array.isArray(value) ? `${value.join(' → ')} %` : String(value);
}
