/** What an address such as `web-1:8080`, `[::1]:8080`, `deploy@web-1` or `https://web-1:8443/` names. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number | null;
}

const ADDRESS =
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?(?:\[([0-9a-f:.%]+)\]|([^:/?#[\]]+))(?::(\d{1,5}))?(?:[/?#].*)?$/i;

/** `null` when it names no host. */
export function parseAddress(address: string): HostAndPort | null {
  const match = ADDRESS.exec(address);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) return null;
  const port = match?.[3] === undefined ? null : Number(match[3]);
  return port !== null && (port < 1 || port > 65_535) ? null : { host, port };
}

export const hostAndPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
