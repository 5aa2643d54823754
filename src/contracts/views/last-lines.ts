/** As many lines say why; the full output has more. */
const SHOWN_LINES = 10;
const LONGEST_LINE = 400;

/** The last lines of what a failed call said, as they stand in its evidence; none where it said nothing. */
export function lastLines(evidence: unknown): readonly string[] {
  const text = said(evidence);
  if (text === null) return [];
  const lines = text.trimEnd().split('\n');
  if (lines.length === 1 && lines[0] === '') return [];
  const shown = lines.slice(-SHOWN_LINES).map((line) => cutLine(line));
  return lines.length > shown.length ? ['… (earlier lines are not shown here)', ...shown] : shown;
}

/**
 * A line in at most so many characters, with a note of how many it had more.
 *
 * @param beyond characters that it had besides, and that are not there any more
 */
export function cutLine(line: string, longest = LONGEST_LINE, beyond = 0): string {
  const text = line.replaceAll('\t', '    ');
  if (text.length <= longest && beyond === 0) return text;
  // Half of a pair of surrogates is no character.
  const kept = text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}… (cut: ${text.length - kept.length + beyond} more characters)`;
}

/** A command's output, or the log of a process. */
function said(evidence: unknown): string | null {
  if (typeof evidence !== 'object' || evidence === null) return null;
  const fields = new Map<string, unknown>(Object.entries(evidence));
  const text = fields.get('output') ?? fields.get('log');
  return typeof text === 'string' ? text : null;
}
