import { z } from 'zod';
import { duration } from '../values/duration.js';
import { NetworkPatternSchema } from './network.schema.js';

/** Not a name, which could lead elsewhere tomorrow, and not every address there is. */
const isNetwork = (text: string): boolean =>
  (text.includes(':') || /^[\d.]+(?:\/\d+)?$/.test(text)) && !text.endsWith('/0');

/**
 * What the HTTP surface lets one client take from all: counted by address, or by
 * name where a credential says who it is, in each server process for itself.
 */
export const ServerSchema = z.strictObject({
  rateLimit: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** So many requests; all of them may come at once, the next ones as these age. */
      requests: z.int().min(1).max(1_000_000).default(1_200),
      per: duration({ min: 1_000, max: 3_600_000 }).default(60_000),
      /** Requests that are not answered yet; a stream of events is one for as long as it lasts. */
      atOnce: z.int().min(1).max(10_000).default(64),
    })
    .prefault({}),
  /** Whose X-Forwarded-For is believed: addresses and networks of proxies in front. Nobody's otherwise. */
  trustedProxies: z
    .array(NetworkPatternSchema.refine(isNetwork, 'expected an address or a network, not all'))
    .max(100)
    .default([]),
});

export type ServerConfig = z.output<typeof ServerSchema>;
export type RateLimit = ServerConfig['rateLimit'];
