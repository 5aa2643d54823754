import type { FailedCall } from '../../domain/explain/failed-calls.js';
import { lastLines } from '../../contracts/views/last-lines.js';
import { html, type Html } from '../http/html.js';
import { leftOut } from './table.js';
import { moment } from './wording.js';

const SHOWN = 20;

/** What failed on which target, with the last lines of what it said; nothing where nothing failed. */
export function failureSection(failures: readonly FailedCall[]): Html | null {
  if (failures.length === 0) return null;
  const shown = failures.slice(0, SHOWN);
  return html`<section>
    <h2>Failures</h2>
    ${shown.map(oneFailure)} ${leftOut(failures.length, shown.length, 'more failures')}
  </section>`;
}

function oneFailure({ target, error, evidence, at }: FailedCall): Html {
  const lines = lastLines(evidence);
  return html`<p><strong>${target}</strong> <span class="bad">${error}</span>, ${moment(at)}</p>
    ${lines.length === 0 ? null : html`<pre>${lines.join('\n')}</pre>`}`;
}
