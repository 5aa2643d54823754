import { ReleaseIdSchema } from '../../contracts/release.schema.js';
import { releaseView } from '../../contracts/views/release-view.js';
import { DEFAULT_ENVIRONMENT } from '../../domain/model/ids.js';
import type { Release } from '../../domain/release/release.js';
import type { ReleaseId } from '../../domain/release/release-id.js';
import type { ReleaseRequest } from '../../producers/release-producer.js';
import type { CliSession } from '../session/cli-ports.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import {
  commandOf,
  gatherPairs,
  parseDuration,
  parseEnvironment,
  parseInteger,
  parseName,
  parseText,
  type Program,
} from '../session/flags.js';
import { followRelease } from '../follow/follow-release.js';
import { knownPlaces, refuseUnknown } from '../session/known-places.js';
import { loadRelease, releasesOf } from '../session/release-session.js';
import { RELEASE_TONE, releaseLine, writeRelease } from '../render/release-text.js';
import { agoText } from '../text/time-text.js';
import { personOf } from '../session/person.js';

type Pairs = readonly (readonly [string, string])[];

export function addRelease(program: Program, run: CliRun): void {
  const release = program
    .command('release')
    .description('bring several services to their versions in order');
  addStart(release, run);
  addShow(release, run);
  addList(release, run);
  addCancel(release, run);
  addRetry(release, run);
}

function addStart(release: Program, run: CliRun): void {
  commandOf(release, 'start')
    .description('begin a release; each service waits for the one named before it')
    .argument('<service=version...>', 'in their order', gatherPairs)
    .option('-e, --environment <name>', 'else production', parseEnvironment)
    .option('--after <service=services>', 'this one waits for those (a,b); repeatable', gatherPairs)
    .option('--parallel', 'none waits for another, unless --after says so')
    .option('--rollback', 'each goes back to this version, which was stable there')
    .option('--hold', 'where one fails, leave the finished ones as they are')
    .option('--name <text>', 'what people call it', parseName)
    .option('--by <who>', 'who asks for it', parseName)
    .option('--idempotency-key <key>', 'the same key again is the same release', parseName)
    .option('--metadata <key=value>', 'kept with it; repeatable', gatherPairs)
    .option('--wait', 'tell what happens, and leave with the outcome as exit code')
    .option('--timeout <time>', 'with --wait: leave with 4 after this long', parseDuration)
    .action((services, flags) =>
      run.withSession(flags, async (opened) => {
        const session = releasesOf(opened);
        const deadline = flags.timeout === undefined ? null : run.ports.now() + flags.timeout;
        const request = requestOf(services, flags);
        await assertMembersKnown(opened, request);
        const stored = await session.releases.release(request);
        const { id } = stored.release;
        const json = flags.json === true;
        if (flags.wait) return followRelease(run, session, { id, json, deadline });
        if (!stored.created && !json) run.out.note('this release was asked for before');
        return report(run, stored.release, json);
      }),
    );
}

/** @throws UsageError for a service that no worker is configured for, and that was never deployed */
async function assertMembersKnown(
  session: CliSession,
  { services, environment = DEFAULT_ENVIRONMENT }: ReleaseRequest,
): Promise<void> {
  const known = await knownPlaces(session);
  for (const { service } of services) refuseUnknown({ service, environment }, known, true);
}

function addShow(release: Program, run: CliRun): void {
  commandOf(release, 'show')
    .description('everything about one release')
    .argument('<id>', 'the release', parseReleaseId)
    .option('--wait', 'tell what happens until its end, and leave with the outcome as exit code')
    .option('--timeout <time>', 'with --wait: leave with 4 after this long', parseDuration)
    .action((id, flags) =>
      run.withSession(flags, async (opened) => {
        const session = releasesOf(opened);
        const deadline = flags.timeout === undefined ? null : run.ports.now() + flags.timeout;
        const json = flags.json === true;
        if (flags.wait) return followRelease(run, session, { id, json, deadline });
        return report(run, await loadRelease(session, id), json);
      }),
    );
}

function addList(release: Program, run: CliRun): void {
  commandOf(release, 'list')
    .description('the newest releases')
    .option('--limit <n>', 'how many', parseInteger(1, 200), 20)
    .action((flags) =>
      run.withSession(flags, async (opened) => {
        const { items } = await releasesOf(opened).releaseStore.list({ limit: flags.limit });
        if (flags.json) run.out.json(items.map(releaseView));
        else if (items.length === 0) run.out.line('no release yet');
        else {
          run.out.table(
            [
              { title: 'release' },
              { title: 'environment', shrinks: true },
              { title: 'state' },
              { title: 'services', shrinks: true },
              { title: 'begun' },
            ],
            items.map(({ id, environment, state, members, createdAt }) => [
              id,
              environment,
              [RELEASE_TONE[state.status], state.status],
              members.map(({ service }) => service).join(', '),
              agoText(createdAt, run.ports.now()),
            ]),
          );
        }
        return EXIT.ok;
      }),
    );
}

function addCancel(release: Program, run: CliRun): void {
  commandOf(release, 'cancel')
    .description('begin nothing more; what runs is left to end')
    .argument('<id>', 'the release', parseReleaseId)
    .option('--reason <text>', 'why', parseText, 'no reason given')
    .option('--by <who>', 'who cancels; else USER', parseName)
    .action((id, flags) =>
      run.withSession(flags, async (opened) => {
        const session = releasesOf(opened);
        const by = personOf(run, flags.by);
        await loadRelease(session, id);
        const cancelled = await session.releases.cancel(id, flags.reason, by);
        return report(run, cancelled, flags.json === true);
      }),
    );
}

function addRetry(release: Program, run: CliRun): void {
  commandOf(release, 'retry')
    .description('go on with one that stopped: what stands is kept, the rest begins anew')
    .argument('<id>', 'the release', parseReleaseId)
    .option('--reason <text>', 'why', parseText)
    .option('--by <who>', 'who retries; else USER', parseName)
    .action((id, flags) =>
      run.withSession(flags, async (opened) => {
        const session = releasesOf(opened);
        const by = personOf(run, flags.by);
        await loadRelease(session, id);
        const retried = await session.releases.retry(id, by, { reason: flags.reason });
        return report(run, retried, flags.json === true);
      }),
    );
}

function report(run: CliRun, release: Release, json: boolean): typeof EXIT.ok {
  if (json) run.out.json(releaseView(release));
  else if (run.out.width === null) run.out.line(...releaseLine(release));
  else writeRelease(run.out, release);
  return EXIT.ok;
}

interface StartFlags {
  readonly environment?: string | undefined;
  readonly after?: Pairs | undefined;
  readonly parallel?: true | undefined;
  readonly rollback?: true | undefined;
  readonly hold?: true | undefined;
  readonly name?: string | undefined;
  readonly by?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly metadata?: Pairs | undefined;
}

/** @throws UsageError when `--after` names a service that is not released */
function requestOf(services: Pairs, flags: StartFlags): ReleaseRequest {
  const { environment, after, parallel, rollback, hold, name, by, idempotencyKey, metadata } =
    flags;
  const needed = new Map(after?.map(([service, names]) => [service, names.split(',')]));
  for (const service of needed.keys()) {
    if (!services.some(([each]) => each === service)) {
      throw new UsageError(`after: ${service} is not in this release`);
    }
  }
  const chained = after === undefined && parallel !== true;
  return {
    services: services.map(([service, version], at) => {
      const before = services[at - 1]?.[0];
      const chain = chained && before !== undefined ? [before] : [];
      return { service, version, after: needed.get(service) ?? chain };
    }),
    ...(environment !== undefined && { environment }),
    ...(rollback && { rollback }),
    ...(hold && { onFailure: 'hold' as const }),
    ...(name !== undefined && { name }),
    ...(by !== undefined && { requestedBy: by }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(metadata !== undefined && { metadata: Object.fromEntries(metadata) }),
  };
}

function parseReleaseId(text: string): ReleaseId {
  const parsed = ReleaseIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`id: ${parsed.error.issues[0]?.message ?? 'not valid'}`);
}
