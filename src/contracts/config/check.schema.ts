import { z } from 'zod';
import { TextSchema } from '../values/schemas.js';
import { duration } from '../values/duration.js';

/** What every check has. A check is of each target, unless it says nothing of one (memory, disk). */
const common = {
  name: TextSchema.max(100)
    .optional()
    .meta({
      description:
        'What the check is called in events and results. Default: made from its kind and address.',
      examples: ['health'],
    }),
  critical: z
    .boolean()
    .default(true)
    .describe(
      'Whether a failing check fails the verification. One that is not critical is only reported.',
    ),
  timeout: duration({ min: 10, max: 600_000 })
    .default(5_000)
    .describe('How long one look may take.'),
  healthyThreshold: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe('Good looks in a row until the target counts as healthy.'),
  unhealthyThreshold: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe('Bad looks in a row until the target counts as unhealthy.'),
  interval: duration({ min: 10, max: 600_000 }).default(1_000).describe('Time between two looks.'),
};

export const HttpCheckSchema = z.strictObject({
  kind: z.literal('http'),
  ...common,
  url: z
    .string()
    .min(1)
    .max(2_000)
    .meta({
      description:
        'Address to ask; placeholders are filled in. Redirects are answers and are not followed.',
      examples: ['http://{target.address}/healthz'],
    }),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS']).default('GET').describe('HTTP method.'),
  expectedStatus: z
    .int()
    .min(100)
    .max(599)
    .default(200)
    .meta({ description: 'Status that counts as healthy.', examples: [204] }),
  expectedBody: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .meta({
      description:
        'Text that the first 64 KiB of the body must contain; placeholders are filled in.',
      examples: ['"version":"{version}"'],
    }),
  headers: z
    .record(z.string().min(1).max(200), z.string().max(2_000))
    .default({})
    .meta({
      writeOnly: true,
      description:
        'Headers to send. A value may be `env:NAME` or `file:/path`, read by the worker and never shown.',
      examples: [{ authorization: 'env:HEALTH_TOKEN' }],
    }),
});

export const TcpCheckSchema = z.strictObject({
  kind: z.literal('tcp'),
  ...common,
  address: z
    .string()
    .min(3)
    .max(500)
    .meta({
      description: '`host:port` that must accept a connection; placeholders are filled in.',
      examples: ['{target.host}:5432'],
    }),
});

export const CommandCheckSchema = z.strictObject({
  kind: z.literal('command'),
  ...common,
  argv: z.tuple([z.string().min(1)], z.string()).meta({
    description: 'The command and its arguments, run on the worker; placeholders are filled in.',
    examples: [['./smoke-test.sh', '{target.address}']],
  }),
  cwd: z
    .string()
    .optional()
    .meta({
      description: 'Folder in which the command runs. Default: the worker’s.',
      examples: ['/srv/checks'],
    }),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string())
    .default({})
    .meta({
      writeOnly: true,
      description:
        'Environment variables for the command. A value may be `env:NAME` or `file:/path`.',
      examples: [{ TOKEN: 'env:SMOKE_TOKEN' }],
    }),
  expectedExitCode: z
    .int()
    .min(0)
    .max(255)
    .default(0)
    .describe('Exit code that counts as healthy.'),
  expectedOutput: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .meta({
      description: 'Text that its standard output must contain; placeholders are filled in.',
      examples: ['all good'],
    }),
});

const levels = {
  warning: z
    .number()
    .min(0)
    .max(100)
    .default(80)
    .meta({ description: 'Percent in use from which a warning is reported.', examples: [70] }),
  criticalLevel: z
    .number()
    .min(0)
    .max(100)
    .default(95)
    .meta({ description: 'Percent in use from which the check is unhealthy.', examples: [90] }),
};

/** Memory in use on the worker's machine, in percent. */
export const MemoryCheckSchema = z.strictObject({
  kind: z.literal('memory'),
  ...common,
  ...levels,
});

/** Disk in use on the worker's machine, in percent. */
export const DiskCheckSchema = z.strictObject({
  kind: z.literal('disk'),
  ...common,
  ...levels,
  path: z
    .string()
    .default('/')
    .meta({ description: 'A path on the disk that is meant.', examples: ['/var/lib'] }),
});

export const CheckSchema = z
  .discriminatedUnion('kind', [
    HttpCheckSchema,
    TcpCheckSchema,
    CommandCheckSchema,
    MemoryCheckSchema,
    DiskCheckSchema,
  ])
  .meta({ title: 'check' });

export type CheckSpec = z.output<typeof CheckSchema>;
export type HttpCheckSpec = z.output<typeof HttpCheckSchema>;
export type TcpCheckSpec = z.output<typeof TcpCheckSchema>;
export type CommandCheckSpec = z.output<typeof CommandCheckSchema>;
export type MemoryCheckSpec = z.output<typeof MemoryCheckSchema>;
export type DiskCheckSpec = z.output<typeof DiskCheckSchema>;
