import { isIPv6 } from 'node:net';

const LONGEST = 64;

/**
 * Who an address stands for where clients are counted. Of IPv6 that is the
 * network of 64 bits: whoever has one address of it can have all of them.
 */
export function clientAddress(ip: string): string {
  // A proxy that passes on what it was told may name anything, of any length.
  const bare = ip.slice(0, LONGEST).replace(/%.*$/s, '');
  if (!isIPv6(bare)) return bare;
  const groups = groupsOf(bare);
  // A socket that listens on both families gives IPv4 addresses in this form.
  const mapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
  return mapped ? dotted(groups.slice(6)) : `${groups.slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): readonly string[] {
  // A URL writes it in one way only: hexadecimal, and shortened at one place at most.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = '', after] = written.split('::');
  const head = groupsIn(before);
  if (after === undefined) return head;
  const tail = groupsIn(after);
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}

const groupsIn = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));

const dotted = (groups: readonly string[]): string =>
  groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
