import type { KeptSession } from '../../domain/security/session-store.js';
import { isoOrNull } from '../../contracts/views/deployment-view.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import { commandOf, parseName, type Program } from '../session/flags.js';
import { agoText } from '../text/time-text.js';

/** As much of an id as is shown, and tells sessions apart. */
const SHOWN = 12;

export function addSessions(program: Program, run: CliRun): void {
  commandOf(program, 'sessions')
    .description('list who is signed in with a browser; end sessions')
    .argument('[name]', 'only the sessions of this person', parseName)
    .option('--end <id>', 'end this session', parseSessionId)
    .option('--end-all', 'end all sessions, or all of this person')
    .action((name, flags) =>
      run.withSession(flags, async ({ sessions }) => {
        const { end, endAll, json } = flags;
        if (end !== undefined && endAll) {
          throw new UsageError('`--end` and `--end-all`: expected one of them');
        }
        const all = await sessions.list(run.ports.now());
        const found = all.filter((each) => name === undefined || each.name === name);
        const ended = endAll ? allOf(found, name) : end === undefined ? null : [oneOf(found, end)];
        if (ended === null) write(run, found, json === true);
        else {
          await sessions.end(ended.map(({ id }) => id));
          if (json) run.out.json({ ended: ended.map(viewOf) });
          else for (const each of ended) run.out.line(`ended ${shortOf(each)} of ${each.name}`);
          if (!json && ended.length === 0) run.out.line('nobody is signed in');
        }
        return EXIT.ok;
      }),
    );
}

const parseSessionId = (text: string): string => {
  if (/^[0-9a-f]{8,64}$/.test(text)) return text;
  throw new UsageError(
    `end: expected the id of a session, at least 8 of its hexadecimal digits, not ${JSON.stringify(text)}. List them: \`signalbox sessions\``,
  );
};

/** A name that is misspelt must not read as if nobody were signed in any more. */
function allOf(found: readonly KeptSession[], name: string | undefined): readonly KeptSession[] {
  if (name === undefined || found.length > 0) return found;
  throw new UsageError(
    `name: ${name} is not signed in. List who is: \`signalbox sessions\`. To keep somebody out, also remove the token from \`security.tokens\``,
  );
}

function oneOf(found: readonly KeptSession[], id: string): KeptSession {
  const [one, other] = found.filter((each) => each.id.startsWith(id));
  if (one !== undefined && other === undefined) return one;
  throw new UsageError(
    one === undefined
      ? `end: no session ${id} is open. List them: \`signalbox sessions\``
      : `end: several sessions begin with ${id}: give more of the id`,
  );
}

const shortOf = ({ id }: KeptSession): string => id.slice(0, SHOWN);

/** Without what only servers need. */
const viewOf = ({ id, name, roles, since, until, address }: KeptSession) => ({
  ...{ id, name, roles, address },
  ...{ since: isoOrNull(since), until: isoOrNull(until) },
});

function write({ out, ports }: CliRun, found: readonly KeptSession[], json: boolean): void {
  if (json) {
    out.json(found.map(viewOf));
    return;
  }
  if (found.length === 0) {
    out.line('nobody is signed in');
    return;
  }
  out.table(
    [
      { title: 'session' },
      { title: 'name', shrinks: true },
      { title: 'roles' },
      { title: 'signed in' },
      { title: 'ends' },
      { title: 'from', shrinks: true },
    ],
    found.map((each) => [
      shortOf(each),
      each.name,
      each.roles.join(', '),
      agoText(each.since, ports.now()),
      isoOrNull(each.until) ?? '',
      each.address,
    ]),
  );
}
