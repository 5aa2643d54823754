import { type ServiceRef, serviceKey } from '../../../domain/model/ids.js';
import type { Target } from '../../../domain/model/target.js';
import { err, ok, type Result } from '../../../domain/model/result.js';
import { hostAndPort, parseAddress } from '../../drivers/process/target-address.js';

/** One target as the upstream has it. */
export interface UpstreamServer {
  /** The target's id. */
  readonly target: string;
  /** 0: it gets nothing, which nginx writes as "down". */
  readonly weight: number;
  readonly drained: boolean;
  /** Somebody else wrote "down" behind its weight. */
  readonly heldOut: boolean;
}

export interface Upstream {
  readonly name: string;
  readonly directives: readonly string[];
  readonly servers: readonly UpstreamServer[];
}

const headerOf = (ref: ServiceRef): string =>
  `# Written by Signalbox for ${serviceKey(ref)}. What is changed here by hand is lost with the next deployment.`;

/**
 * The whole file. Weight, drain and maintenance of somebody else are kept apart, so
 * that a target comes back with the weight that it had, and only from what ends.
 */
export function renderUpstream(
  ref: ServiceRef,
  { name, directives, servers }: Upstream,
  targets: readonly Target[],
): Result<string, string> {
  const lines = [headerOf(ref), `upstream ${name} {`];
  for (const directive of directives) lines.push(`    ${directive};`);
  for (const { target, weight, drained, heldOut } of servers) {
    const address = addressOf(targets.find(({ id }) => id === target));
    if (!address.ok) return address;
    const parameters = [
      address.value,
      ...(weight > 0 ? [`weight=${weight}`] : []),
      ...(drained || heldOut || weight === 0 ? ['down'] : []),
    ];
    const marks = [target, ...(drained ? ['drained'] : []), ...(heldOut ? ['held-out'] : [])];
    lines.push(`    server ${parameters.join(' ')}; # ${marks.join(' ')}`);
  }
  return ok([...lines, '}', ''].join('\n'));
}

/** A person may have changed the parameters; the comment is ours. */
const SERVER = /^ *server \S+((?: [^;]*)?); # (\S+)( drained)?( held-out)?$/;
const WEIGHT = /(?:^| )weight=(\d+)(?: |$)/;
const DOWN = /(?:^| )down(?: |$)/;

/** The servers in a file of ours; a sentence on a file that is not, and is therefore left alone. */
export function parseUpstream(
  ref: ServiceRef,
  name: string,
  content: string,
): Result<readonly UpstreamServer[], string> {
  const [header, block, ...lines] = content.split('\n');
  if (header !== headerOf(ref)) return err(`was not written by Signalbox for ${serviceKey(ref)}`);
  if (block !== `upstream ${name} {`) return err(`is not of the upstream ${name}`);
  const servers = lines.flatMap((line) => {
    const [, parameters = '', target, drained, marked] = SERVER.exec(line) ?? [];
    if (target === undefined) return [];
    const down = DOWN.test(parameters);
    // nginx takes a server without a weight for one of 1.
    const weight = Number(WEIGHT.exec(parameters)?.[1] ?? (down ? 0 : 1));
    const isDrained = down && drained !== undefined;
    // That of a drained target, or of one without a weight, is ours, unless we have marked it as theirs.
    const isTheirs = marked !== undefined || (weight > 0 && !isDrained);
    return [{ target, weight, drained: isDrained, heldOut: down && isTheirs }];
  });
  return ok(servers);
}

const HOST = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$|^[0-9A-Fa-f:.]+$/;

/** Nothing but a host and a port gets into the file: a target's address may come from whoever publishes jobs. */
function addressOf(target: Target | undefined): Result<string, string> {
  const address = target?.address ?? '';
  const { host = '', port = null } = parseAddress(address) ?? {};
  if (port !== null && HOST.test(host)) return ok(hostAndPort(host, port));
  return err(
    `the address of ${target?.id ?? 'a target'} is ${JSON.stringify(address)}: expected host:port`,
  );
}

/** What nginx says is wrong, without time and process numbers; else the end of what it said. */
export function nginxSentence(output: string): string {
  const complaint = /\[(?:emerg|alert|crit|error)\] (?:\d+#\d+: )?(.+)/.exec(output)?.[1];
  return complaint ?? output.trim().split('\n').at(-1) ?? '';
}
