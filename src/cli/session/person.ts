import { type CliRun, UsageError } from './cli-run.js';

/** @throws UsageError where nobody is named: an order without a name is worth nothing */
export function personOf(run: CliRun, by: string | undefined): string {
  const person = by ?? run.ports.env['USER'];
  if (!person) throw new UsageError('by: expected --by with a name, as USER is not set');
  return person;
}
