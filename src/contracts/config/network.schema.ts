import { z } from 'zod';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const V4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}(?:/(?:3[0-2]|[12]?\\d))?$`);
/** Its shape only: what it names is read where addresses are judged. */
const V6 = /^[0-9A-Fa-f:.]{2,45}(?:\/(?:12[0-8]|1[01]\d|[1-9]?\d))?$/;
const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?';
/** The last label is no number: that would be an address written in another way. */
const HOST = new RegExp(`^(?:\\*\\.)?(?:${LABEL}\\.)*(?![0-9])${LABEL}$`);

/** An address, a network such as 10.0.0.0/8, a host name, or `*.example.com` for the names below one. */
export const NetworkPatternSchema = z
  .string()
  .min(1)
  .max(253)
  .refine((text) => V4.test(text) || isV6(text) || HOST.test(text), {
    message: 'expected an address, a network such as 10.0.0.0/8, a host name or *.example.com',
  });

/**
 * Where workers may connect to for checks and metrics. Addresses of targets come
 * from jobs as well, so that this is what keeps a publisher from using a worker
 * to look into other places. Link-local addresses, and with them the metadata
 * of clouds, are refused whatever stands here.
 */
export const NetworkSchema = z
  .strictObject({
    allow: z
      .array(NetworkPatternSchema)
      .max(1_000)
      .optional()
      .meta({
        description:
          'Addresses, networks, host names, or `*.example.com`. Where it is given, nothing else is connected to.',
        examples: [['10.0.0.0/8', '*.internal.example.com']],
      }),
    deny: z
      .array(NetworkPatternSchema)
      .max(1_000)
      .default([])
      .meta({
        description:
          'The same forms; it wins over `allow`. Link-local addresses are always refused.',
        examples: [['10.9.0.0/16']],
      }),
  })
  .meta({ title: 'network' });

export type NetworkRules = z.output<typeof NetworkSchema>;

function isV6(text: string): boolean {
  if (!V6.test(text)) return false;
  const [address = ''] = text.split('/');
  return URL.canParse(`http://[${address}]`);
}
