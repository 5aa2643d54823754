import { isIP } from 'node:net';
import type { BlockList } from 'node:net';
import { blockList } from './forbidden-addresses.js';
import { type IpAddress, readIp } from './ip-address.js';

/** The patterns of an allow or deny list, read once. */
export interface NetworkPatterns {
  hasName(name: string): boolean;
  hasAddress(ip: IpAddress): boolean;
}

export function networkPatterns(patterns: readonly string[]): NetworkPatterns {
  const names = patterns.filter((pattern) => networkOf(pattern) === null).map(lowered);
  const exact = new Set(names.filter((name) => !name.startsWith('*.')));
  const endings = names.filter((name) => name.startsWith('*.')).map((name) => name.slice(1));
  const list: BlockList = blockList(patterns.map(networkOf).filter((one) => one !== null));
  return {
    hasName: (name) => exact.has(name) || endings.some((ending) => name.endsWith(ending)),
    hasAddress: ({ address, family }) => list.check(address, family),
  };
}

/** `null` for the pattern of a name. */
function networkOf(pattern: string): readonly [string, number] | null {
  const [address = '', prefix] = pattern.split('/');
  const family = isIP(address);
  if (family === 0) return null;
  const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
  const read = readIp(address);
  // A pattern in an IPv4 address' other clothes means what that address means.
  if (family === 6 && read?.family === 'ipv4' && bits >= 96) return [read.address, bits - 96];
  return [address, bits];
}

const lowered = (name: string): string => name.toLowerCase();
