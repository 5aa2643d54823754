import { lookup } from 'node:dns/promises';
import type { NetworkRules } from '../../contracts/config/network.schema.js';
import { err, ok, type Result } from '../../domain/model/result.js';
import { forbiddenKind, isMetadataName } from './forbidden-addresses.js';
import { readIp } from './ip-address.js';
import { networkPatterns } from './network-patterns.js';

/** An address that was judged: what is connected to is this and no name that could change its mind. */
export interface JudgedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

export type Resolve = (host: string) => Promise<readonly JudgedAddress[]>;

/** Where this worker may connect to. */
export interface NetworkGuard {
  /**
   * Every address of a host, or why it is refused. One forbidden address among
   * several refuses the name: which one is taken would be left to chance.
   *
   * @throws what looking the name up throws
   */
  judge(host: string): Promise<Result<readonly JudgedAddress[], string>>;
}

export const NO_RULES: NetworkRules = { deny: [] };

/** @param resolve the system's resolver, or what stands for it in a test */
export function createNetworkGuard(
  { allow, deny }: NetworkRules = NO_RULES,
  resolve: Resolve = bySystem,
): NetworkGuard {
  const denied = networkPatterns(deny);
  const allowed = allow && networkPatterns(allow);
  return {
    async judge(host) {
      const name = plainName(host);
      if (isMetadataName(name)) return refused(host, 'it leads to the metadata of a cloud');
      if (denied.hasName(name)) return refused(host, 'network.deny names it');
      const addresses = await resolve(name);
      if (addresses.length === 0) return refused(host, 'it has no address');
      const allowedByName = allowed === undefined || allowed.hasName(name);
      for (const { address } of addresses) {
        const ip = readIp(address);
        if (ip === null) return refused(host, `${JSON.stringify(address)} is no address`);
        const kind = forbiddenKind(ip);
        if (kind !== null) return refused(host, `${address} is ${kind}`);
        if (denied.hasAddress(ip)) return refused(host, `network.deny covers ${address}`);
        if (!allowedByName && !allowed.hasAddress(ip)) {
          return refused(host, `network.allow does not cover ${address}`);
        }
      }
      return ok(addresses);
    },
  };
}

/** The guard of who was given none: nothing but what is refused everywhere. */
export const DEFAULT_GUARD: NetworkGuard = createNetworkGuard();

const refused = (host: string, why: string): Result<never, string> =>
  err(`${JSON.stringify(host)} must not be connected to: ${why}`);

/** Without brackets, case and the dot of a full name. */
const plainName = (host: string): string =>
  host
    .replace(/^\[(.*)\]$/s, '$1')
    .toLowerCase()
    .replace(/\.$/, '');

/** As `connect` would: numbers in any of the forms that the system reads as an address become that address. */
async function bySystem(host: string): Promise<readonly JudgedAddress[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}
