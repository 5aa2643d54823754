import { InvalidArgumentError } from '@commander-js/extra-typings';
import { VersionSchema } from '../../contracts/values/schemas.js';
import type { Version } from '../../domain/model/ids.js';
import { carryOut } from '../../domain/repair/carry-out.js';
import { examine } from '../../domain/repair/examine.js';
import type { RepairNote } from '../../domain/repair/repair.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { EXIT, type ExitCode } from '../session/exit-code.js';
import { commandOf, parseInteger, parseName, parseText, type Program } from '../session/flags.js';
import { personOf } from '../session/person.js';
import {
  repairedViews,
  prescriptionViews,
  writeRepaired,
  writePrescriptions,
} from '../render/repair-text.js';
import type { OpenRepair, RepairSession } from '../session/repair-session.js';
import { settleTarget } from './settle-target.js';

interface RepairFlags {
  readonly apply?: true | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
  readonly most: number;
  readonly json?: true | undefined;
}

export function addRepair(program: Program, run: CliRun, open: OpenRepair): void {
  commandOf(program, 'repair')
    .description('say how to repair what an audit finds; with --apply, repair it')
    .option('--apply', 'repair it; else nothing is changed')
    .option('--reason <text>', 'why: it goes into the log of repairs', parseText)
    .option('--by <who>', 'who repairs; else USER', parseName)
    .option('--target <place...>', 'instead, say what runs on <service> <environment> <target>')
    .option('--version <version>', 'with --target: the version there, or unknown', parseVersion)
    .option('--most <n>', 'of each kind of finding look at this many', parseInteger(1, 10_000), 100)
    .action(async (flags) => {
      const { target, version, apply, reason } = flags;
      if (apply && reason === undefined) throw new UsageError('reason: expected with --apply');
      if (target === undefined && version !== undefined) {
        throw new UsageError('version: expected --target to go with it');
      }
      const session = await open(run.connection(flags));
      try {
        run.exitCode = await (target === undefined
          ? repair(run, session, flags)
          : settleTarget(run, session, { ...flags, target, note: noteOf(run, flags) }));
      } finally {
        await session.close();
      }
    });
}

function parseVersion(text: string): Version | 'unknown' {
  if (text === 'unknown') return text;
  const parsed = VersionSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'not valid');
}

/** @throws UsageError where nobody is named: who repaired is written down */
const noteOf = (run: CliRun, { by, reason = '' }: RepairFlags): RepairNote => ({
  by: personOf(run, by),
  reason,
});

async function repair(run: CliRun, session: RepairSession, flags: RepairFlags): Promise<ExitCode> {
  const { out } = run;
  const { audit, repairs } = session;
  const { repaired, after } = flags.apply
    ? await carryOut(audit, repairs, noteOf(run, flags), flags.most)
    : { repaired: [], after: await examine(audit, repairs, flags.most) };
  const { prescriptions, report } = after;
  const clean = prescriptions.length === 0;
  if (flags.json) {
    const findings = prescriptionViews(prescriptions);
    const applied = flags.apply === true;
    out.json({
      clean,
      applied,
      repaired: repairedViews(repaired),
      findings,
      counts: report.counts,
    });
  } else {
    writeRepaired(out, repaired);
    writePrescriptions(out, after, repaired.length > 0);
  }
  return clean ? EXIT.ok : EXIT.failed;
}
