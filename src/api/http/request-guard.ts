import { isIP, isIPv4 } from 'node:net';

/** What of a request tells where it came from. */
export interface Provenance {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/**
 * Why a request is refused, or `null`. On loopback the network keeps strangers
 * out, but not a web page in the browser of somebody on this machine: its own
 * name could be made to resolve to 127.0.0.1. A bare address can't be.
 */
export function refusalOf({ method, host, origin }: Provenance, boundTo: string): string | null {
  const name = hostnameOf(host);
  if (isLoopback(boundTo) && !(name !== null && isOurs(name, boundTo))) {
    return `this server answers to ${boundTo} and localhost, not to ${host ?? 'a request without a Host header'}`;
  }
  const writes = method !== 'GET' && method !== 'HEAD';
  if (writes && origin !== undefined && authorityOf(origin) !== host?.toLowerCase()) {
    return 'a page of another origin must not change anything here';
  }
  return null;
}

/** Without the brackets that an IPv6 address has in a URL. */
export const bareHost = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').toLowerCase();

function isOurs(name: string, boundTo: string): boolean {
  return name === 'localhost' || name === bareHost(boundTo) || isIP(name) !== 0;
}

/** Whether only programs of this machine reach what listens there. */
export function isLoopback(host: string): boolean {
  const bare = bareHost(host);
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

function hostnameOf(host: string | undefined): string | null {
  const url = `http://${host ?? ''}`;
  return URL.canParse(url) ? bareHost(new URL(url).hostname) : null;
}

const authorityOf = (origin: string): string | null =>
  URL.canParse(origin) ? new URL(origin).host : null;
