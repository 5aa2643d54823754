import { loadKnown } from '../load-known.js';
import type { CliRun } from '../cli-run.js';
import { EXIT } from '../exit-code.js';
import { commandOf, parseDeploymentId, parseName, parseText, type Program } from '../flags.js';
import { STATUS_TONE } from '../render/paint.js';
import { personOf } from './approve.js';

export function addReject(program: Program, run: CliRun): void {
  commandOf(program, 'reject')
    .description('cancel a deployment that has not begun')
    .argument('<id>', 'the deployment', parseDeploymentId)
    .option('--by <who>', 'who rejects; else USER', parseName)
    .option('--reason <text>', 'why', parseText)
    .action((id, flags) =>
      run.withSession(flags, async (session) => {
        const by = personOf(run, flags.by);
        await loadKnown(session, id);
        const reason = flags.reason ?? `rejected by ${by}`;
        const state = await session.producer.cancel(id, reason, by);
        if (flags.json) run.out.json({ id, state });
        else run.out.line(`${id} `, [STATUS_TONE[state], state], `: ${reason}`);
        return EXIT.ok;
      }),
    );
}
