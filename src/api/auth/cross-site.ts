/** What of a request tells whether a page of somebody else's made a browser send it. */
export interface Sent {
  readonly method: string;
  readonly origin: string | undefined;
  /** Sec-Fetch-Site. */
  readonly site: string | undefined;
  readonly contentType: string | undefined;
  /** X-Signalbox-Request: only a page of ours, or a program, can set it. */
  readonly marker: string | undefined;
  /** Whether the browser adds by itself what says who it is. */
  readonly cookie: boolean;
}

export interface CrossSiteRefusal {
  readonly status: 403 | 415;
  readonly detail: string;
}

/** What a form of any page may send without the browser asking us first. */
const FORM_TYPES: ReadonlySet<string> = new Set([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
]);

/**
 * Why a request that changes something is refused, or `null`. An Origin that is
 * there was compared with the Host before.
 */
export function crossSiteRefusal(sent: Sent, forms: boolean): CrossSiteRefusal | null {
  const { method, origin, site, contentType, marker, cookie } = sent;
  if (method === 'GET' || method === 'HEAD') return null;
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (!forms && type !== undefined && FORM_TYPES.has(type)) {
    return { status: 415, detail: `${type} is not taken here: expected application/json` };
  }
  if (site === 'cross-site' || site === 'same-site') {
    return { status: 403, detail: 'a page of another origin must not change anything here' };
  }
  if (cookie && origin === undefined && site !== 'same-origin' && marker === undefined) {
    const detail = 'a request with a cookie needs an Origin header, or X-Signalbox-Request: 1';
    return { status: 403, detail };
  }
  return null;
}
