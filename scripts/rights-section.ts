import { ROUTE_RIGHTS, type RouteRight } from '../src/api/auth/route-rights.js';
import { ACL_ROLES } from '../src/contracts/values/acl-role.js';
import {
  COVERS,
  HOLDERS,
  may,
  type Right,
  type Role,
  ROLES,
} from '../src/domain/security/roles.js';
import { redisRows } from './redis-users-table.js';

const BEGIN = '<!-- Made by `npm run reference`. Do not edit until the next mark. -->';
const END = '<!-- Until here. -->';

/** Somebody who asks, and the server that is asked. */
export interface Asking {
  readonly title: string;
  /** Of the token that is brought; `null` for none. */
  readonly role: Role | null;
  /** `security.anonymous`. */
  readonly anonymous: 'none' | 'viewer';
  /** `--writable-board`. */
  readonly writable: boolean;
}

const asking = (title: string, role: Role | null, rest: Partial<Asking> = {}): Asking => ({
  ...{ title, role, anonymous: 'none', writable: true, ...rest },
});

/** The columns of the table of routes. */
export const ASKING: readonly Asking[] = [
  asking('nobody', null),
  asking('nobody, `anonymous: viewer`', null, { anonymous: 'viewer' }),
  ...ROLES.map((role) => asking(role, role)),
  asking('admin, board not writable', 'admin', { writable: false }),
];

/** What is answered: `yes`, or the status of the refusal. */
export function cellOf({ right, off }: RouteRight, { role, anonymous, writable }: Asking): string {
  if (right === null) return 'yes';
  const roles = role === null && anonymous === 'viewer' ? (['viewer'] as const) : [role];
  const held = roles.filter((each) => each !== null);
  if (held.length === 0) return '401';
  if (off || !may({ roles: held }, right)) return '403';
  return right === 'write_board' && !writable ? '405' : 'yes';
}

/** A page with its generated part made anew. */
export function withRights(page: string): string {
  const [before, rest] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || rest < before) throw new Error(`expected the marks ${BEGIN} and ${END}`);
  const made = [BEGIN, ordersTable(), ROUTES, routesTable(), REDIS, redisTable(), END].join('\n\n');
  return page.slice(0, before) + made + page.slice(rest + END.length);
}

const ROUTES = 'Over HTTP, route by route; the last rows are Bull Board’s buttons:';

const REDIS =
  'Over Redis, by the users that `signalbox acl` prints, with a command that each takes:';

const redisTable = (): string => table(['what', 'command', ...ACL_ROLES], redisRows());

function ordersTable(): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a record
  const rights = Object.keys(HOLDERS) as Right[];
  return table(
    ['right', 'orders', ...ROLES],
    rights.map((right) => [
      ...[`\`${right}\``, COVERS[right]],
      ...ROLES.map((role) => (may({ roles: [role] }, right) ? 'yes' : 'no')),
    ]),
  );
}

/** Routes that are for the same share a row. */
function routesTable(): string {
  const groups = new Map<string, RouteRight[]>();
  for (const each of ROUTE_RIGHTS) {
    const key = `${each.method} ${each.what}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return table(
    ['what', 'route', ...ASKING.map(({ title }) => title)],
    [...groups.values()].flatMap((routes) => {
      const [first] = routes;
      if (first === undefined) return [];
      const paths = routes.map(({ route }) => `\`${route}\``).join(', ');
      const cells = ASKING.map((who) => cellOf(first, who));
      return [[first.what, `${first.method} ${paths}`, ...cells]];
    }),
  );
}

/** Aligned, as the formatter wants it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
