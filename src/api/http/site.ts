/** The address that people use, as far as links, cookies and checks need it. */
export interface Site {
  /** What a browser's paths to us begin with: empty, or `/signalbox` where we are under a path. */
  readonly base: string;
  /** Of `server.publicUrl`; `null` where none is configured, and the address is what was asked for. */
  readonly public: PublicAddress | null;
}

export interface PublicAddress {
  /** As a browser's Origin names it: without the port where that is the scheme's own. */
  readonly origin: string;
  /** In lower case, an IPv6 address without brackets. */
  readonly hostname: string;
  readonly secure: boolean;
}

/** At the root of whatever host it is asked by. */
export const ANY_SITE: Site = { base: '', public: null };

/** @param publicUrl as the configuration takes it */
export function siteOf(publicUrl: string | undefined): Site {
  if (publicUrl === undefined) return ANY_SITE;
  const { origin, hostname, protocol, pathname } = new URL(publicUrl);
  return {
    base: pathname.replace(/\/$/, ''),
    public: { origin, hostname: bareHost(hostname), secure: protocol === 'https:' },
  };
}

/** Without the brackets that an IPv6 address has in a URL. */
export const bareHost = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').toLowerCase();

/**
 * An address as our routes know it: a proxy may pass on the path that we are under,
 * or take it away itself.
 */
export function withinBase(url: string, base: string): string {
  if (base === '' || !url.startsWith(base)) return url;
  const rest = url.slice(base.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : url;
}
