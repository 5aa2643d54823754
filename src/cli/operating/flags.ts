import { isTerminal } from '../../domain/model/deployment/plan-state.js';
import {
  DEFAULT_ENVIRONMENT,
  environmentName,
  serviceKey,
  type ServiceName,
} from '../../domain/model/ids.js';
import type { FlagKeeper, KeptFlag } from '../../domain/ports/flag-store.js';
import { percentText } from '../../contracts/views/step-words.js';
import { isoOrNull } from '../../contracts/views/deployment-view.js';
import type { CliSession } from '../session/cli-ports.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import { assertKnownPlace } from '../session/known-places.js';
import { configOf } from '../session/listen-flags.js';
import { commandOf, parseService, type Program } from '../session/flags.js';
import { agoText } from '../text/time-text.js';

/** A flag, where it is, and whether its service still needs it. */
interface FoundFlag {
  readonly kept: KeptFlag;
  readonly keeper: FlagKeeper;
  /** `set`: a deployment under way sets it; `live`: of the active version; `left`: of another. */
  readonly standing: 'set' | 'live' | 'left';
}

const WORDS = { set: 'being set', live: 'live', left: 'left over' } as const;

export function addFlags(program: Program, run: CliRun): void {
  commandOf(program, 'flags')
    .description('list the feature flags that deployments set; remove one, or hand it over')
    .argument('[service]', 'only the flags of this service', parseService)
    .option('-c, --config <file>', 'names the flag files; else SIGNALBOX_CONFIG, else the one here')
    .option('--remove <flag>', 'remove a flag that is left over')
    .option('--hand-over <flag>', 'give a flag to another service, such as one that was renamed')
    .option('--to <service>', 'the service that gets it', parseService)
    .option('--force', 'remove a flag that is live, too: users who have it lose it')
    .action((service, flags) =>
      run.withSession(flags, async (session) => {
        const { remove, handOver, to } = flags;
        if (remove !== undefined && handOver !== undefined) {
          throw new UsageError('`--remove` and `--hand-over`: expected one of them');
        }
        if ((handOver === undefined) !== (to === undefined)) {
          throw new UsageError('`--hand-over` and `--to`: expected both, or none');
        }
        const all = await foundFlags(run, session, configOf(run, flags.config));
        const found = all.filter(({ kept }) => service === undefined || kept.service === service);
        const name = remove ?? handOver;
        if (name === undefined) writeFlags(run, found, flags.json === true);
        else {
          const one = oneOf(found, name);
          const { environment } = one.kept;
          if (to !== undefined) await assertKnownPlace(session, { environment, service: to });
          await give(run, one, { to, ...flags });
        }
        return EXIT.ok;
      }),
    );
}

async function foundFlags(
  { ports }: CliRun,
  session: CliSession,
  config: string | undefined,
): Promise<readonly FoundFlag[]> {
  const { index, store } = session;
  const active = await index.activeDeployments();
  const places = [DEFAULT_ENVIRONMENT, ...active.map(({ environment }) => environment)];
  const keepers = await session.flagKeepers([...new Set(places)].map(environmentName), config);
  const each = keepers.map(async (keeper): Promise<readonly FoundFlag[]> => {
    const flags = await keeper.list(ports.interrupted);
    if (!flags.ok) throw new Error(flags.error.message);
    return Promise.all(
      flags.value.map(async (kept) => {
        const { holder } = await index.slot(kept);
        const running = holder === null ? undefined : await store.load(holder);
        const isSet =
          running !== undefined &&
          !isTerminal(running.state.status) &&
          kept.flag in running.progress.flags;
        const its = active.find((one) => serviceKey(one) === serviceKey(kept));
        const standing = isSet ? 'set' : its?.version === kept.version ? 'live' : 'left';
        return { kept, keeper, standing } as const;
      }),
    );
  });
  return (await Promise.all(each)).flat();
}

function oneOf(found: readonly FoundFlag[], name: string): FoundFlag {
  const [one, other] = found.filter(({ kept }) => kept.flag === name);
  if (one === undefined) {
    throw new UsageError(
      `flag: no flag of ours is named ${name}. List them: \`signalbox flags\`; a flag file needs its configuration (\`--config\`)`,
    );
  }
  if (other === undefined) return one;
  throw new UsageError(
    `flag: ${name} is there for ${serviceKey(one.kept)} (${one.keeper.place}) and ${serviceKey(other.kept)} (${other.keeper.place}). Name the service: \`signalbox flags <service> …\``,
  );
}

async function give(
  { out, ports }: CliRun,
  { kept, keeper, standing }: FoundFlag,
  asked: {
    readonly to: ServiceName | undefined;
    readonly force?: true | undefined;
    readonly json?: true | undefined;
  },
): Promise<void> {
  const { flag, percent } = kept;
  const owner = serviceKey(kept);
  if (standing === 'set') {
    throw new UsageError(
      `flag: ${flag} is being set by a deployment of ${owner}. Wait for its end, or abort it`,
    );
  }
  if (asked.to === undefined && standing === 'live' && percent > 0 && asked.force !== true) {
    throw new UsageError(
      `flag: ${flag} is live in ${owner}: ${percentText(percent)} of the users would lose it. To remove it all the same: \`--force\``,
    );
  }
  const done = await keeper.give(kept, asked.to ?? null, ports.interrupted);
  if (!done.ok) throw new Error(done.error.message);
  if (!done.value) throw new Error(`flag ${flag} was changed meanwhile: look at it again`);
  const to = asked.to === undefined ? null : serviceKey({ ...kept, service: asked.to });
  if (asked.json) out.json({ flag, from: owner, to });
  else out.line(to === null ? `flag ${flag} is removed` : `flag ${flag} belongs to ${to} now`);
}

function writeFlags({ out, ports }: CliRun, found: readonly FoundFlag[], json: boolean): void {
  if (json) {
    out.json(
      found.map(({ kept: { mark: _mark, since, ...kept }, keeper: { place }, standing }) => ({
        ...{ ...kept, since: isoOrNull(since), standing: WORDS[standing], place },
      })),
    );
    return;
  }
  if (found.length === 0) {
    out.line('no deployment has left a flag here');
    return;
  }
  out.table(
    [
      { title: 'flag', shrinks: true },
      { title: 'service', shrinks: true },
      { title: 'version', shrinks: true },
      { title: 'users' },
      { title: 'since' },
      { title: 'standing' },
    ],
    found.map(({ kept, standing }) => [
      kept.flag,
      serviceKey(kept),
      kept.version,
      percentText(kept.percent),
      kept.since === null ? 'unknown' : agoText(kept.since, ports.now()),
      standing === 'left' ? ['warn', WORDS.left] : WORDS[standing],
    ]),
  );
}
