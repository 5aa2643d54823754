import { err, ok, type Result } from '../../domain/model/result.js';

type Cells = Record<'canary' | 'baseline', (number | string)[]>;

const HEADER = 'metric,canary,baseline';

/**
 * Metrics as a table: the rows of a metric are its rounds, in order. A cell is a
 * number, `+Inf`, `-Inf`, `NaN`, `none` or `down`; an empty one repeats the one above.
 *
 * @returns what a metrics file in YAML would hold
 */
export function metricsFromCsv(
  text: string,
): Result<Readonly<Record<string, Partial<Cells>>>, string> {
  const [header = '', ...rows] = text.split(/\r?\n/).filter((row) => row.trim() !== '');
  if (header.replaceAll(/\s/g, '') !== HEADER) return err(`expected the header ${HEADER}`);
  const metrics = new Map<string, Cells>();
  for (const [at, row] of rows.entries()) {
    const [name = '', ...cells] = row.split(',').map((cell) => cell.trim());
    if (name === '' || cells.length > 2) return err(`line ${at + 2}: expected ${HEADER}`);
    const metric = metrics.get(name) ?? { canary: [], baseline: [] };
    metrics.set(name, metric);
    for (const [column, side] of (['canary', 'baseline'] as const).entries()) {
      const cell = cells[column] ?? '';
      const above = metric[side].at(-1);
      if (cell !== '') metric[side].push(valueOf(cell));
      else if (above !== undefined) metric[side].push(above);
    }
  }
  return ok(Object.fromEntries([...metrics].map(([name, sides]) => [name, filled(sides)])));
}

/** What is no number is told apart, or refused, with the rest of the data. */
const valueOf = (cell: string): number | string =>
  Number.isFinite(Number(cell)) ? Number(cell) : cell;

const filled = ({ canary, baseline }: Cells): Partial<Cells> => ({
  ...(canary.length > 0 && { canary }),
  ...(baseline.length > 0 && { baseline }),
});
