import { stepSubject, type Wording } from '../../contracts/views/step-words.js';
import { servingText } from '../../contracts/views/serving-text.js';
import { strategyWords } from '../../contracts/views/strategy-words.js';
import { planNotes } from '../../domain/explain/plan-notes.js';
import { type Deployment, stepsOf } from '../../domain/model/deployment/deployment.js';
import type { PlanState } from '../../domain/model/deployment/plan-state.js';
import type { Step } from '../../domain/model/plan/step.js';
import { html, type Html } from '../http/html.js';
import { leftOut, MOST_ROWS } from './table.js';
import { count, length, moment } from './wording.js';
import type { Forecast } from '../../domain/model/plan/deployment-plan.js';

const WORDING: Wording = { named: 12, time: length };

/** What will be done, and how far it has come. */
export function planSection(deployment: Deployment): Html {
  const { plan, state } = deployment;
  const { forecast, driver, checks } = plan;
  const steps = stepsOf(deployment);
  const shown = steps.slice(0, MOST_ROWS);
  return html`<section>
    <h2>Plan</h2>
    <p>
      Strategy ${strategyWords(plan.strategy, length).join(', ')}; driver
      ${driver.kind}${plan.router === null ? null : `; router ${plan.router}`}${plan.flags === null ? null : `; flags in ${plan.flags}`};
      ${checks.length === 0 ? 'no checks' : `checks ${checks.map(({ name }) => name).join(', ')}`}.
    </p>
    <p class="soft">
      Forecast: ${count(forecast.steps, 'step')}, ${count(forecast.batches, 'batch', 'batches')} of
      at most ${count(forecast.largestBatch, 'target')}; at least ${servingText(forecast)}; waits
      ${length(forecast.waitMs)}, measures ${length(forecast.analysisMs)}, takes at most
      ${length(forecast.atMostMs)}, a rollback at most
      ${length(forecast.rollbackMs)}${gatesText(forecast)}.
    </p>
    <p class="soft">Serving: ${planNotes(plan).join('; ')}.</p>
    <ol>
      ${shown.map((step, at) => html`<li>${stepText(step)}${progress(state, at)}</li>`)}
    </ol>
    ${leftOut(steps.length, shown.length, 'more steps')}
  </section>`;
}

const stepText = (step: Step): string =>
  `${step.kind.replaceAll('_', ' ')} ${stepSubject(step, WORDING)}`;

function progress(state: PlanState, at: number): Html | null {
  const running = state.status === 'paused' ? state.from : state;
  if (running.status !== 'executing' || at > running.step) return null;
  if (at < running.step) return html` <span class="good">done</span>`;
  if (running.gate !== undefined) return html` <span class="busy">waits for a person</span>`;
  return running.waitUntil === null
    ? html` <span class="busy">now</span>`
    : html` <span class="busy">waiting until ${moment(running.waitUntil)}</span>`;
}

function gatesText({ gates, longestGateMs }: Forecast): string {
  if (gates === 0) return '';
  const longest =
    longestGateMs === null ? 'as long as nobody promotes' : `at most ${length(longestGateMs)}`;
  return `; stands at ${count(gates, 'gate')}, ${longest}`;
}
