import type { OutputReader, RecordedOutput } from '../../domain/ports/call-output.js';
import type { DeploymentId } from '../../domain/model/ids.js';
import { isoTime } from './deployment-view.js';

/** `web-1 deploy, since 2026-03-01T12:00:00.000Z, by worker-1` */
export function outputTitle({ target, action, at, worker, outdated }: RecordedOutput): string {
  const late = outdated ? ', outdated: a newer run had taken over' : '';
  return `${target} ${action}, since ${isoTime(at)}, by ${worker}${late}`;
}

/** What is missing of an output, each in a sentence part. */
export const outputGaps = ({ cut, dropped }: RecordedOutput): readonly string[] => [
  ...(cut === 0 ? [] : [`${cut} earlier lines are not kept`]),
  ...(dropped === 0 ? [] : [`${dropped} lines were dropped`]),
];

/** All that is kept of some calls, as text, call after call. */
export async function* outputText(
  reader: OutputReader,
  id: DeploymentId,
  calls: readonly RecordedOutput[],
): AsyncGenerator<string> {
  for (const output of calls) {
    yield `--- ${[outputTitle(output), ...outputGaps(output)].join('; ')} ---\n`;
    let after = 0;
    for (;;) {
      const pieces = await reader.pieces(id, output, after);
      const last = pieces.at(-1);
      if (last === undefined) break;
      yield pieces.map(({ lines }) => `${lines.join('\n')}\n`).join('');
      after = last.number;
    }
  }
}
