import { isIPv4, isIPv6 } from 'node:net';

export interface IpAddress {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
}

/**
 * An address as it is judged: without its zone, and an IPv4 address that is
 * carried inside an IPv6 one (mapped, compatible, NAT64 of RFC 6052, 6to4 of
 * RFC 3056) as the IPv4 address that would be reached by it. `null` for what
 * is no address.
 */
export function readIp(text: string): IpAddress | null {
  const bare = text.replace(/%.*$/s, '');
  if (isIPv4(bare)) return { family: 'ipv4', address: bare };
  if (!isIPv6(bare)) return null;
  const carried = carriedIn(groupsOf(bare));
  return carried === null
    ? { family: 'ipv6', address: bare }
    : { family: 'ipv4', address: carried };
}

function carriedIn(groups: readonly number[]): string | null {
  const [a = 0, b = 0, c = 0] = groups;
  const zeros = (from: number, to: number): boolean =>
    groups.slice(from, to).every((group) => group === 0);
  if (a === 0x2002) return dotted(b, c);
  const [high = 0, low = 0] = groups.slice(6);
  const mapped = zeros(0, 5) && groups[5] === 0xffff;
  // `::ffff:0:a.b.c.d` is what a translator of RFC 2765 writes.
  const translated = zeros(0, 4) && groups[4] === 0xffff && groups[5] === 0;
  const nat64 = a === 0x64 && b === 0xff9b && zeros(2, 6);
  // :: and ::1 are no carriers; they are themselves.
  const compatible = zeros(0, 6) && (high > 0 || low > 1);
  return mapped || translated || nat64 || compatible ? dotted(high, low) : null;
}

const dotted = (high: number, low: number): string =>
  [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  // A URL writes it in one way only: hexadecimal, and shortened at one place at most.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = '', after] = written.split('::');
  const head = numbersOf(before);
  if (after === undefined) return head;
  const tail = numbersOf(after);
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

const numbersOf = (text: string): readonly number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
