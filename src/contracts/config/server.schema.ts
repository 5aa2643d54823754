import { z } from 'zod';
import { duration } from '../values/duration.js';
import { NetworkPatternSchema } from './network.schema.js';

/** Not a name, which could lead elsewhere tomorrow, and not every address there is. */
const isNetwork = (text: string): boolean =>
  (text.includes(':') || /^[\d.]+(?:\/\d+)?$/.test(text)) && !text.endsWith('/0');

/** As it was written: what a URL makes of a path may be something else. */
const WRITTEN = /^https?:\/\/[^/\\?#]+([^?#]*)$/i;
/** A path goes into cookies, links and comparisons as it is written. */
const PATH = /^(?:\/[\w.~-]+)*\/?$/;

function publicUrlProblem(text: string): string | null {
  const [, path] = WRITTEN.exec(text) ?? [];
  if (path === undefined || !URL.canParse(text)) {
    return 'expected a URL such as https://signalbox.example.com, without a query';
  }
  const { username, password } = new URL(text);
  if (username + password !== '') return 'expected a URL without a user and a password';
  const fits = PATH.test(path) && !path.split('/').some((step) => step === '.' || step === '..');
  return fits ? null : 'expected a path of letters, digits and - . _ ~ only, or none';
}

/**
 * What the HTTP surface lets one client take from all: counted by address, or by
 * name where a credential says who it is, in each server process for itself.
 */
export const ServerSchema = z
  .strictObject({
    rateLimit: z
      .strictObject({
        enabled: z.boolean().default(true).describe('Whether requests are limited at all.'),
        requests: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(1_200)
          .describe('Requests in `per`. All of them may come at once.'),
        per: duration({ min: 1_000, max: 3_600_000 })
          .default(60_000)
          .describe('Length of time for `requests`.'),
        atOnce: z
          .int()
          .min(1)
          .max(10_000)
          .default(64)
          .describe(
            'Requests of one client that are open at the same time. A stream of events is one.',
          ),
      })
      .prefault({})
      .describe('How many requests one client may make, counted by address or by name.'),
    publicUrl: z
      .string()
      .max(2_000)
      .superRefine((text, context) => {
        const message = publicUrlProblem(text);
        if (message !== null) context.addIssue({ code: 'custom', message });
      })
      .optional()
      .meta({
        description:
          'The address people use, where a proxy with TLS is in front. Host, Origin, cookies, redirects and links follow it. It may have a path, which the proxy passes on or takes away.',
        examples: ['https://signalbox.example.com', 'https://ops.example.com/signalbox/'],
      }),
    trustedProxies: z
      .array(NetworkPatternSchema.refine(isNetwork, 'expected an address or a network, not all'))
      .max(100)
      .default([])
      .meta({
        description: 'Addresses and networks of proxies whose `X-Forwarded-For` is believed.',
        examples: [['10.0.0.0/8']],
      }),
  })
  .meta({ title: 'server' });

export type ServerConfig = z.output<typeof ServerSchema>;
export type RateLimit = ServerConfig['rateLimit'];
