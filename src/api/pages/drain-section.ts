import { drainWords, givenUpWords } from '../../domain/explain/drain-words.js';
import { givenUpDrains, goingDrains } from '../../domain/explain/drains.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../domain/model/deployment/plan-event.js';
import type { TargetStatuses } from '../../domain/model/target-status.js';
import { html, type Html } from '../http/html.js';
import { leftOut, MOST_ROWS } from './table.js';

interface ToldDrains {
  readonly events: readonly RecordedEvent[];
  readonly known: TargetStatuses;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The targets that it drains just now, and the drains that it gave up; nothing where there are none. */
export function drainSection(
  deployment: Deployment,
  { events, known, now }: ToldDrains,
): Html | null {
  const going = goingDrains(deployment, known).map(({ target, until, ...drain }) =>
    drainWords(target, drain, until - now),
  );
  const givenUp = givenUpDrains(events).map(
    ({ target, count, waitedMs }) => `${target}: ${givenUpWords(count, waitedMs)}`,
  );
  const lines = [...going, ...givenUp];
  if (lines.length === 0) return null;
  const shown = lines.slice(0, MOST_ROWS);
  return html`<section>
    <h2>Drains</h2>
    <ul>
      ${shown.map((line) => html`<li>${line}</li>`)}
    </ul>
    ${leftOut(lines.length, shown.length, 'more drains')}
  </section>`;
}
