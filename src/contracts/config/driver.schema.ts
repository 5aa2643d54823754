import { z } from 'zod';
import { duration } from '../values/duration.js';

const Environment = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(10_000));

/** Runs a command per target. Placeholders fill whole argv elements or parts of one, never a shell string. */
export const CommandDriverSchema = z.strictObject({
  kind: z.literal('command'),
  argv: z.tuple([z.string().min(1)], z.string()).meta({
    description:
      'The command and its arguments, one element each. Placeholders such as `{version}` are filled in.',
    examples: [['./deploy.sh', '{target.host}', '{version}']],
  }),
  rollbackArgv: z
    .tuple([z.string().min(1)], z.string())
    .optional()
    .meta({
      description:
        'The command for a rollback, where it differs. Without it `argv` runs and sees `SIGNALBOX_ACTION=rollback`.',
      examples: [['./rollback.sh', '{target.host}', '{version}']],
    }),
  cwd: z
    .string()
    .optional()
    .meta({
      description: 'Folder in which the command runs. Default: the worker’s.',
      examples: ['/srv/deploy'],
    }),
  env: Environment.default({}).meta({
    writeOnly: true,
    description:
      'Environment variables for the command. A value may be `env:NAME` or `file:/path`, read by the worker and never shown.',
    examples: [{ TOKEN: 'env:DEPLOY_TOKEN' }],
  }),
  shell: z
    .boolean()
    .default(false)
    .describe(
      'Join `argv` with spaces and run it in `/bin/sh`. Placeholders are refused then; use the `SIGNALBOX_*` variables.',
    ),
  timeout: duration({ min: 100, max: 3_600_000 })
    .default(900_000)
    .meta({
      description: 'How long one call may take. Then it is ended and fails.',
      examples: ['5m'],
    }),
  killGrace: duration({ max: 300_000 })
    .default(10_000)
    .describe(
      'Time between SIGTERM and SIGKILL when a call is ended; both go to the whole process group.',
    ),
  transientExitCodes: z
    .array(z.int().min(1).max(255))
    .default([75])
    .meta({
      description:
        'Exit codes that mean “try again” (`policy.retries`). Any other than 0 is final.',
      examples: [[75, 111]],
    }),
  background: z
    .enum(['keep', 'refuse'])
    .default('keep')
    .describe(
      'What happens to processes that the command leaves running when it ends with exit code 0. `keep`: they live on and are named in the evidence. `refuse`: the call fails and they are ended.',
    ),
  keepOutput: z
    .int()
    .min(0)
    .max(65_536)
    .default(4_096)
    .describe('Bytes of the end of the output that are kept with the deployment.'),
  observe: z
    .strictObject({
      argv: z.tuple([z.string().min(1)], z.string()).meta({
        description:
          'The command. It prints one JSON object with `version`, `deploymentId` and `fence`.',
        examples: [['ssh', '{target.host}', 'cat /srv/api/signalbox.json']],
      }),
      timeout: duration({ min: 100, max: 30_000 })
        .default(10_000)
        .describe('How long it may take.'),
    })
    .optional()
    .describe(
      'A command that prints what runs on a target, so that a call with a lost end need not be repeated ([more](#how-a-call-with-a-lost-end-is-not-repeated)).',
    ),
});

/** Runs the service as a process on this machine, one per target, on the port of the target's address. */
export const LocalProcessDriverSchema = z
  .strictObject({
    kind: z.literal('local_process'),
    argv: z.tuple([z.string().min(1)], z.string()).meta({
      description:
        'The command that starts the service, in the folder of its release. It sees `PORT`, `HOST`, `VERSION` and the `SIGNALBOX_*` variables.',
      examples: [['node', 'server.mjs']],
    }),
    release: z
      .string()
      .optional()
      .meta({
        description: 'Folder of one version, used as it is. Give either `release` or `archive`.',
        examples: ['/srv/releases/{version}'],
      }),
    archive: z
      .string()
      .optional()
      .meta({
        description: 'A `.tar` or `.tar.gz` of one version; it is unpacked once into `stateDir`.',
        examples: ['/srv/archives/{service}-{version}.tar.gz'],
      }),
    env: Environment.default({}).meta({
      writeOnly: true,
      description:
        'Environment variables for the service. A value may be `env:NAME` or `file:/path`, read by the worker and never shown.',
      examples: [{ LOG_LEVEL: 'info' }],
    }),
    readyPath: z
      .string()
      .startsWith('/')
      .optional()
      .meta({
        description:
          'The service is ready when this path answers 2xx. Without it: when its port accepts connections.',
        examples: ['/healthz'],
      }),
    readyTimeout: duration({ min: 100, max: 600_000 })
      .default(30_000)
      .describe('How long the service may take to become ready.'),
    stopGrace: duration({ max: 300_000 })
      .default(10_000)
      .describe('Time between SIGTERM and SIGKILL when the old process is stopped.'),
    probation: z
      .boolean()
      .default(true)
      .describe(
        'Start the new version on a spare port first. The old one is touched only if it becomes ready there.',
      ),
    stateDir: z
      .string()
      .default('.signalbox/processes')
      .meta({
        description: 'Folder for process ids, logs and unpacked archives.',
        examples: ['/var/lib/signalbox/processes'],
      }),
  })
  .refine((driver) => (driver.release === undefined) !== (driver.archive === undefined), {
    message: 'expected exactly one of "release" and "archive"',
    path: ['release'],
  });

export const DriverSchema = z
  .discriminatedUnion('kind', [CommandDriverSchema, LocalProcessDriverSchema])
  .meta({ title: 'driver' });

export type DriverSpec = z.output<typeof DriverSchema>;
export type CommandDriverSpec = z.output<typeof CommandDriverSchema>;
export type ObserveSpec = NonNullable<CommandDriverSpec['observe']>;
export type LocalProcessDriverSpec = z.output<typeof LocalProcessDriverSchema>;
