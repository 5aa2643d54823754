import { err, ok, type Result } from '../../../domain/model/result.js';
import { type AdminState, adminStateOf, inMaintenance } from './haproxy-admin-state.js';

export interface HaproxyName {
  readonly backend: string;
  readonly server: string;
}

/** One server as `show servers state` has it. */
export interface HaproxyServer {
  readonly server: string;
  readonly weight: number;
  /** What its configuration gives it, and a reload would. */
  readonly initialWeight: number;
  /** In full service as far as checks go; a server that still warms up is not. */
  readonly up: boolean;
  /** Given new requests as far as checks go: also while it warms up, and not once a check has it stop. */
  readonly receiving: boolean;
  readonly admin: AdminState;
  /** In maintenance or draining, by whatever way it came there. */
  readonly outOfService: boolean;
}

/** One server as `show stat` has it. */
export interface HaproxyLoad {
  readonly server: string;
  /** What it works on and what waits for it. In `mode http` that is requests, not open connections. */
  readonly sessions: number;
  /** All that it was given since HAProxy, or this process of it, began. */
  readonly given: number;
  /** Of the backend's mode: requests are what `mode http` gives out, connections what `mode tcp` does. */
  readonly counts: 'requests' | 'connections';
  /** Serves only when no other server can. */
  readonly backup: boolean;
  /** `UP`, `DOWN 1/2`, `MAINT`, with the result of the last check where there is one: `DOWN, L4CON`. */
  readonly status: string;
}

export const LARGEST_WEIGHT = 256;

export const showServers = (backend: string): string => `show servers state ${backend}`;
/** 4: servers only, -1: all of them. */
export const showLoad = (backend: string): string => `show stat ${backend} 4 -1`;
export const setWeight = ({ backend, server }: HaproxyName, weight: number): string =>
  `set server ${backend}/${server} weight ${weight}`;
export const setState = (
  { backend, server }: HaproxyName,
  state: 'ready' | 'drain' | 'maint',
): string => `set server ${backend}/${server} state ${state}`;

/** What HAProxy has against a command that changes something; `null` when it has done it. */
export const refusal = (answer: string): string | null =>
  answer.trim() === '' ? null : (answer.trim().split('\n')[0] ?? '');

/** Of srv_op_state; 0 is stopped, and 3 stopping: only persistent clients still get to that one. */
const [STARTING, RUNNING] = ['1', '2'];

/** The answer to `showServers`; a sentence where it is none. */
export function parseServers(answer: string): Result<readonly HaproxyServer[], string> {
  const [format = '', header = '', ...rows] = linesOf(answer);
  if (format !== '1' || !header.startsWith('# ')) return err(format || 'an empty answer');
  const columns = header.slice(2).split(' ');
  const servers: HaproxyServer[] = [];
  for (const row of rows) {
    const field = fieldsOf(columns, row.split(' '));
    const weight = Number(field('srv_uweight') || Number.NaN);
    const initialWeight = Number(field('srv_iweight') || weight);
    const bits = Number(field('srv_admin_state') || Number.NaN);
    const server = field('srv_name');
    if (server === '' || !Number.isInteger(weight) || !Number.isInteger(bits)) {
      return err(`a line that is no server: ${row}`);
    }
    const up = field('srv_op_state') === RUNNING;
    const receiving = up || field('srv_op_state') === STARTING;
    const admin = adminStateOf(bits);
    const outOfService = admin.drained || inMaintenance(admin);
    servers.push({ server, weight, initialWeight, up, receiving, admin, outOfService });
  }
  return ok(servers);
}

/** The answer to `showLoad`; a sentence where it is none. */
export function parseLoad(answer: string): Result<readonly HaproxyLoad[], string> {
  const [header = '', ...rows] = linesOf(answer);
  if (!header.startsWith('# ')) return err(header || 'an empty answer');
  const columns = header.slice(2).split(',');
  const loads: HaproxyLoad[] = [];
  for (const row of rows) {
    const field = fieldsOf(columns, csvFields(row));
    const server = field('svname');
    const sessions = Number(field('scur') || Number.NaN) + Number(field('qcur'));
    if (server === '' || !Number.isInteger(sessions))
      return err(`a line that is no server: ${row}`);
    const status = [field('status'), field('check_status')].filter(Boolean).join(', ');
    const counts = field('mode') === 'tcp' ? 'connections' : 'requests';
    const given = Number(field('stot')) || 0;
    loads.push({ server, sessions, given, counts, backup: field('bck') === '1', status });
  }
  return ok(loads);
}

const linesOf = (answer: string): readonly string[] =>
  answer.split('\n').filter((line) => line !== '');

/** By the header, since versions of HAProxy differ in their columns. */
const fieldsOf =
  (columns: readonly string[], values: readonly string[]) =>
  (name: string): string =>
    values[columns.indexOf(name)] ?? '';

/** Texts of checks are quoted and may hold commas; a quote inside is doubled. */
const csvFields = (row: string): readonly string[] =>
  [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
