import { BlockList } from 'node:net';
import type { IpAddress } from './ip-address.js';

type Network = readonly [address: string, prefix: number];

/**
 * What no check and no metric may be asked of, whatever the configuration says.
 * Loopback and private networks are not among them: targets live there.
 * Sources: the special-purpose registries of IANA, and the clouds' own pages on
 * the address of their metadata.
 */
const FORBIDDEN: Readonly<Record<string, readonly Network[]>> = {
  unspecified: [
    ['0.0.0.0', 8],
    ['::', 128],
  ],
  'link-local': [
    ['169.254.0.0', 16],
    ['fe80::', 10],
  ],
  'the metadata of a cloud': [
    ['100.100.100.200', 32],
    ['168.63.129.16', 32],
    ['192.0.0.192', 32],
    ['fd00:ec2::254', 128],
    ['fd20:ce::254', 128],
  ],
  multicast: [
    ['224.0.0.0', 4],
    ['ff00::', 8],
  ],
  'broadcast or reserved': [['240.0.0.0', 4]],
  // They carry an IPv4 address that only the relay knows how to read.
  'a tunnel': [
    ['2001::', 32],
    ['64:ff9b:1::', 48],
  ],
};

const LISTS = Object.entries(FORBIDDEN).map(([what, networks]) => ({
  what,
  list: blockList(networks),
}));

/** What kind of address this is, if it is one that is never connected to. */
export const forbiddenKind = ({ address, family }: IpAddress): string | null =>
  LISTS.find(({ list }) => list.check(address, family))?.what ?? null;

/** They lead to metadata in every cloud that has them; a resolver of one's own may lead elsewhere today. */
const METADATA_NAMES = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
]);

export const isMetadataName = (name: string): boolean => METADATA_NAMES.has(name);

export function blockList(networks: readonly Network[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of networks) {
    list.addSubnet(address, prefix, address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}
