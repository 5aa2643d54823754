import type { ServiceRef } from '../../../domain/model/ids.js';
import type { Target } from '../../../domain/model/target.js';
import type { RouterFailure } from '../../../domain/ports/traffic-router.js';
import { ok, type Result } from '../../../domain/model/result.js';
import {
  type HaproxyLoad,
  type HaproxyName,
  type HaproxyServer,
  parseLoad,
  parseServers,
  refusal,
  showLoad,
  showServers,
} from './haproxy-commands.js';
import type { AskHaproxy } from './haproxy-connection.js';
import { failed } from '../base/router-failure.js';
import { targetNames } from '../base/router-names.js';

type Answer<T> = Promise<Result<T, RouterFailure>>;

/** One server as both of HAProxy's tables have it. */
export type BackendServer = HaproxyServer & HaproxyLoad;

/** A backend as it is at one moment. */
export interface BackendView {
  /** The server of each target asked for, in their order. */
  readonly servers: readonly BackendServer[];
  /** Those that are none of theirs, without backups. */
  readonly strangers: readonly BackendServer[];
}

/** What takes part when a request is given out. */
export const weightInForce = ({ outOfService, weight }: BackendServer): number =>
  outOfService ? 0 : weight;

export interface HaproxyBackend {
  look(signal: AbortSignal): Answer<BackendView>;
  /** Has HAProxy carry out a command that answers nothing. */
  order(command: string, signal: AbortSignal): Answer<null>;
  /** What the target is called there. */
  nameOf(target: Target): HaproxyName;
}

/** The backend of one service, with the servers that its targets are there. */
export function haproxyBackend(
  ask: AskHaproxy,
  backend: string,
  { ref, targets, template }: { ref: ServiceRef; targets: readonly Target[]; template: string },
): Result<HaproxyBackend, RouterFailure> {
  const names = targetNames(template, ref, targets);
  if (!names.ok) return names;
  const nameOf = (target: Target): HaproxyName => ({
    backend,
    server: names.value[targets.indexOf(target)] ?? '',
  });
  const look = async (signal: AbortSignal): Answer<BackendView> => {
    const servers = await table(ask, showServers(backend), parseServers, signal);
    if (!servers.ok) return servers;
    const loads = await table(ask, showLoad(backend), parseLoad, signal);
    if (!loads.ok) return loads;
    const load = new Map(loads.value.map((one) => [one.server, one]));
    const all = servers.value.flatMap((server) => {
      const its = load.get(server.server);
      return its ? [{ ...server, ...its }] : [];
    });
    return view(backend, names.value, all);
  };
  const order = async (command: string, signal: AbortSignal): Answer<null> => {
    const answer = await ask(command, signal);
    if (!answer.ok) return answer;
    const reason = refusal(answer.value);
    return reason === null ? ok(null) : refused(command, reason);
  };
  return ok({ look, order, nameOf });
}

function view(
  backend: string,
  names: readonly string[],
  all: readonly BackendServer[],
): Result<BackendView, RouterFailure> {
  const byName = new Map(all.map((one) => [one.server, one]));
  const servers: BackendServer[] = [];
  for (const name of names) {
    const server = byName.get(name);
    if (!server) return failed('router/no_such_target', `HAProxy has no server ${backend}/${name}`);
    servers.push(server);
  }
  const strangers = all.filter(({ server, backup }) => !backup && !names.includes(server));
  return ok({ servers, strangers });
}

async function table<T>(
  ask: AskHaproxy,
  command: string,
  parse: (answer: string) => Result<T, string>,
  signal: AbortSignal,
): Answer<T> {
  const answer = await ask(command, signal);
  if (!answer.ok) return answer;
  const parsed = parse(answer.value);
  if (!parsed.ok) return refused(command, parsed.error);
  // A table ends with an empty line; one without it was cut off between two rows.
  return answer.value.endsWith('\n\n')
    ? parsed
    : failed('router/unreachable', `HAProxy hung up in mid-answer to "${command}"`);
}

const refused = (command: string, reason: string): Result<never, RouterFailure> =>
  failed('router/rejected', `HAProxy answered "${command}" with: ${reason}`);
