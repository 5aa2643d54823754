import { isIP, isIPv4 } from 'node:net';
import { bareHost, type Site } from './site.js';

/** What of a request tells where it came from. */
export interface Provenance {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/** Where a server listens, and the address that people use. */
export interface Answering {
  readonly boundTo: string;
  readonly site: Site;
}

/**
 * Why a request is refused, or `null`. On loopback the network keeps strangers
 * out, but not a web page in the browser of somebody on this machine: its own
 * name could be made to resolve to 127.0.0.1. A bare address can't be. Where the
 * address that people use is configured, no other name is answered anywhere.
 */
export function refusalOf(
  { method, host, origin }: Provenance,
  { boundTo, site }: Answering,
): string | null {
  const name = hostnameOf(host);
  const isLocal = name !== null && isOurs(name, boundTo);
  const isPublic = name !== null && name === site.public?.hostname;
  if ((isLoopback(boundTo) || site.public !== null) && !isLocal && !isPublic) {
    const names = [...new Set([site.public?.hostname, boundTo, 'localhost'])];
    const known = names.filter((each) => each !== undefined).join(', ');
    const wish = site.public === null ? '; server.publicUrl names the address people use' : '';
    return `this server answers to ${known}, not to ${host ?? 'a request without a Host header'}${wish}`;
  }
  if (method === 'GET' || method === 'HEAD' || origin === undefined) return null;
  if (site.public !== null && origin === site.public.origin) return null;
  // Past the proxy, by the machine's own address; never by the public name without its scheme.
  const direct = site.public === null || (isLocal && !isPublic);
  if (direct && authorityOf(origin) === host?.toLowerCase()) return null;
  const ours =
    site.public === null ? '' : `; the pages of this server are at ${site.public.origin}`;
  return `a page of another origin must not change anything here${ours}`;
}

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
