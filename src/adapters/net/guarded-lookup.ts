import { isIP, type LookupFunction } from 'node:net';
import { forbiddenKind } from './forbidden-addresses.js';
import { pinned } from './guarded-request.js';
import { readIp } from './ip-address.js';
import { DEFAULT_GUARD, type NetworkGuard } from './network-guard.js';

/** A name leads to where nothing is ever connected to. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
}

/**
 * Looks names up for a connection whose place comes from the workers' own
 * configuration: everything is open to it but what is closed to everybody.
 * An address is never looked up; ask `refusalOf` about those.
 */
export const guardedLookup =
  (guard: NetworkGuard = DEFAULT_GUARD): LookupFunction =>
  (host, options, answer) => {
    guard.judge(host).then(
      (judged) =>
        judged.ok
          ? pinned(judged.value)(host, options, answer)
          : answer(new RefusedAddress(judged.error), '', 0),
      (error: Error) => answer(error, '', 0),
    );
  };

/** Why nothing is connected to an address, or `null`: it may be, or it is a name. */
export function refusalOf(host: string): string | null {
  const ip = isIP(host) === 0 ? null : readIp(host);
  const kind = ip && forbiddenKind(ip);
  return kind && `${JSON.stringify(host)} must not be connected to: it is ${kind}`;
}
