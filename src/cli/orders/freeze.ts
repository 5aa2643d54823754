import { didYouMean } from '../../contracts/problems/near-miss.js';
import { freezeRecordView, freezeView } from '../../contracts/views/freeze-view.js';
import type { FreezeRecord } from '../../domain/ports/freeze-store.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import {
  commandOf,
  gatherPairs,
  parseDuration,
  parseEnvironment,
  parseInteger,
  parseMoment,
  parseName,
  parseService,
  parseText,
  type Program,
} from '../session/flags.js';
import { personOf } from '../session/person.js';
import type { FreezeProducer } from '../../producers/freeze-producer.js';
import { isInForce, type Freeze } from '../../domain/model/plan/freeze.js';
import { unknownScope } from '../session/freeze-scope.js';
import { stamp } from '../render/hold-text.js';

export function addFreeze(program: Program, run: CliRun): void {
  commandOf(program, 'freeze')
    .description('let nothing begin for a time; what is not named is covered, what runs goes on')
    .option('-e, --environment <name>', 'only this environment', parseEnvironment)
    .option('--service <name>', 'only this service', parseService)
    .option('--label <key=value>', 'only services labelled so; repeatable', gatherPairs)
    .option('--from <time>', 'when it begins; else now', parseMoment)
    .option('--for <time>', 'how long, such as 2h; else until somebody lifts it', parseDuration)
    .option('--until <time>', 'or until when, such as 2026-12-24T12:00:00Z', parseMoment)
    .option('--even-if-unknown', 'also where nothing is called or labelled so yet')
    .option('--by <who>', 'who freezes; else USER', parseName)
    .requiredOption('--reason <text>', 'why', parseText)
    .action((flags) =>
      run.withSession(flags, async (session) => {
        const { environment = null, service = null, label = [], from = null, until = null } = flags;
        const unknown = await unknownScope(session, { environment, service, label });
        if (unknown?.certain && flags.evenIfUnknown !== true) {
          throw new UsageError(`${unknown.text}. To freeze it all the same: --even-if-unknown`);
        }
        if (unknown !== null) run.out.note(`warning: ${unknown.text}; it may cover nothing`);
        const freeze = await session.freezes.freeze({
          scope: { environment, service, label: Object.fromEntries(label) },
          reason: flags.reason,
          by: personOf(run, flags.by),
          from,
          until,
          for: flags.for ?? null,
        });
        if (flags.json) run.out.json(freezeView(freeze));
        else {
          const span = spanText(freeze, run.ports.now());
          run.out.line(`${freeze.id} freezes ${scopeText(freeze)}, ${span}: ${freeze.reason}`);
          run.out.line(['faint', `lift it: signalbox unfreeze ${freeze.id}`]);
        }
        return EXIT.ok;
      }),
    );
}

export function addUnfreeze(program: Program, run: CliRun): void {
  commandOf(program, 'unfreeze')
    .description('lift a freeze')
    .argument('<freeze-id>', 'as `freezes` lists it', parseName)
    .option('--by <who>', 'who lifts it; else USER', parseName)
    .action((id, flags) =>
      run.withSession(flags, async ({ freezes }) => {
        const by = personOf(run, flags.by);
        await assertKnownFreeze(freezes, id);
        const freeze = await freezes.unfreeze(id, by);
        if (flags.json) run.out.json(freezeView(freeze));
        else run.out.line(`${id} is lifted by ${by}; it froze ${scopeText(freeze)}`);
        return EXIT.ok;
      }),
    );
}

/** @throws UsageError where no freeze is called so, nor was */
async function assertKnownFreeze(freezes: FreezeProducer, id: string): Promise<void> {
  const ids = (await freezes.list()).map((freeze) => freeze.id);
  if (ids.includes(id) || (await freezes.wasLifted(id))) return;
  throw new UsageError(
    `freeze-id: no freeze is called ${id}${didYouMean(id, ids)}. List them: \`signalbox freezes\``,
  );
}

export function addFreezes(program: Program, run: CliRun): void {
  commandOf(program, 'freezes')
    .description('List freezes that are in force or still to come, or who lifted which')
    .option('--history', 'who froze, lifted and released what, newest first; also what is over')
    .option('--limit <n>', 'with --history: how many', parseInteger(1, 1_000), 50)
    .action((flags) =>
      run.withSession(flags, async ({ freezes }) => {
        if (flags.history) {
          writeHistory(run, await freezes.history(flags.limit), flags.json === true);
          return EXIT.ok;
        }
        const all = await freezes.list();
        if (flags.json) run.out.json(all.map(freezeView));
        else if (all.length === 0) run.out.line('nothing is frozen');
        else {
          run.out.table(
            [
              { title: 'freeze' },
              { title: 'covers', shrinks: true },
              { title: 'when', shrinks: true },
              { title: 'by', shrinks: true },
              { title: 'reason', shrinks: true },
            ],
            all.map((freeze) => [
              freeze.id,
              scopeText(freeze),
              spanText(freeze, run.ports.now()),
              freeze.by ?? '-',
              freeze.reason,
            ]),
          );
        }
        return EXIT.ok;
      }),
    );
}

const DONE: Readonly<Record<FreezeRecord['type'], string>> = {
  frozen: 'frozen',
  unfrozen: 'lifted',
  automation_released: 'automation released',
};

function writeHistory(run: CliRun, records: readonly FreezeRecord[], json: boolean): void {
  if (json) return run.out.json(records.map(freezeRecordView));
  if (records.length === 0) return run.out.line('nothing was ever frozen or released');
  run.out.table(
    [
      { title: 'time' },
      { title: 'what' },
      { title: 'subject', shrinks: true },
      { title: 'by', shrinks: true },
      { title: 'why it stood', shrinks: true },
    ],
    records.map(({ at, type, subject, by, reason }) => [
      ...[stamp(at), DONE[type], subject, by ?? '-', reason],
    ]),
  );
}

/** What a freeze covers: `production/api`, `every service in staging`, `tier=db everywhere`. */
function scopeText({ scope }: Pick<Freeze, 'scope'>): string {
  const { environment, service, labels } = scope;
  const labelled = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const named = service ?? (labelled.length === 0 ? 'every service' : 'services');
  const what = [named, ...(labelled.length === 0 ? [] : [`with ${labelled.join(', ')}`])].join(' ');
  return environment === null ? `${what} everywhere` : `${what} in ${environment}`;
}

/** `in force until …`, `from … until somebody lifts it` */
function spanText(freeze: Freeze, now: number): string {
  const from = isInForce(freeze, now) ? 'in force' : `from ${stamp(freeze.from)}`;
  return `${from} until ${freeze.until === null ? 'somebody lifts it' : stamp(freeze.until)}`;
}
