import type { OutputPiece, RecordedOutput } from '../../domain/ports/call-output.js';
import { html, type Html } from '../http/html.js';
import { count, moment } from './wording.js';

/** The end of what one call wrote. */
export interface OutputEnd {
  readonly output: RecordedOutput;
  readonly pieces: readonly OutputPiece[];
}

const SHOWN_LINES = 20;

/**
 * What the calls wrote last, the newest call first, with links to all of it; nothing where nothing was written.
 *
 * @param path of the deployment's page
 */
export function outputSection(
  path: string,
  ends: readonly OutputEnd[],
  calls: number,
): Html | null {
  if (ends.length === 0) return null;
  return html`<section>
    <h2>Output</h2>
    <p>
      The last lines of
      ${ends.length === calls ? count(calls, 'call') : `${ends.length} of ${calls} calls`};
      <a href="${path}/output">the full output</a>.
    </p>
    ${ends.map((end) => oneEnd(path, end))}
  </section>`;
}

function oneEnd(path: string, { output, pieces }: OutputEnd): Html {
  const { target, action, at, endedAt } = output;
  const lines = pieces.flatMap((piece) => piece.lines).slice(-SHOWN_LINES);
  return html`<p>
      <strong>${target}</strong> ${action}, ${moment(at)}${endedAt === null ? ', running' : ''},
      <a href="${path}/output?target=${encodeURIComponent(target)}">all of it</a>
    </p>
    <pre>${lines.join('\n')}</pre>`;
}
