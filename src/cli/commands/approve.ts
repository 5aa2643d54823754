import { loadKnown } from '../load-known.js';
import { type CliRun, UsageError } from '../cli-run.js';
import { EXIT } from '../exit-code.js';
import { commandOf, parseDeploymentId, parseName, type Program } from '../flags.js';
import { STATUS_TONE } from '../render/paint.js';

export function addApprove(program: Program, run: CliRun): void {
  commandOf(program, 'approve')
    .description('let a draft be carried out')
    .argument('<id>', 'the deployment', parseDeploymentId)
    .option('--by <who>', 'who approves; else USER', parseName)
    .action((id, flags) =>
      run.withSession(flags, async (session) => {
        const by = personOf(run, flags.by);
        await loadKnown(session, id);
        const state = await session.producer.approve(id, by);
        if (flags.json) run.out.json({ id, state });
        else run.out.line(`${id} `, [STATUS_TONE[state], state], ` by ${by}`);
        return EXIT.ok;
      }),
    );
}

/** @throws UsageError where nobody is named: an approval without a name is worth nothing */
export function personOf(run: CliRun, by: string | undefined): string {
  const person = by ?? run.ports.env['USER'];
  if (!person) throw new UsageError('by: expected --by with a name, as USER is not set');
  return person;
}
