import { z } from 'zod';
import { duration } from '../values/duration.js';

const Environment = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(10_000));

/** Runs a command per target. Placeholders fill whole argv elements or parts of one, never a shell string. */
export const CommandDriverSchema = z.strictObject({
  kind: z.literal('command'),
  argv: z.tuple([z.string().min(1)], z.string()),
  /** Used for a rollback where it differs from `argv`, which then sees SIGNALBOX_ACTION=rollback. */
  rollbackArgv: z.tuple([z.string().min(1)], z.string()).optional(),
  cwd: z.string().optional(),
  env: Environment.default({}),
  /** Hands argv joined by spaces to /bin/sh; placeholders are then refused inside it. */
  shell: z.boolean().default(false),
  timeout: duration({ min: 100, max: 3_600_000 }).default(900_000),
  /** Between SIGTERM and SIGKILL to the command's whole process group. */
  killGrace: duration({ max: 300_000 }).default(10_000),
  /** Exit codes that mean "try again"; any other than 0 is final. 75 is sysexits' EX_TEMPFAIL. */
  transientExitCodes: z.array(z.int().min(1).max(255)).default([75]),
  /**
   * What becomes of processes that it leaves running when it ends with exit code
   * 0. `keep`: they live on and are named in the evidence; what they write from
   * then on is thrown away. `refuse`: the call fails, naming them, and they are ended.
   */
  background: z.enum(['keep', 'refuse']).default('keep'),
  /** Bytes of the end of its output that are kept with the deployment. */
  keepOutput: z.int().min(0).max(65_536).default(4_096),
  /**
   * Prints what a target runs, and which call put it there, as JSON: `version`,
   * `deploymentId` and `fence` as `argv` left them there, as its last deed. Run
   * when a worker takes over a call whose end nobody recorded.
   */
  observe: z
    .strictObject({
      argv: z.tuple([z.string().min(1)], z.string()),
      timeout: duration({ min: 100, max: 30_000 }).default(10_000),
    })
    .optional(),
});

/** Runs the service as a process on this machine, one per target, on the port of the target's address. */
export const LocalProcessDriverSchema = z
  .strictObject({
    kind: z.literal('local_process'),
    /** Started in the release folder; sees PORT, VERSION and the SIGNALBOX_* variables. */
    argv: z.tuple([z.string().min(1)], z.string()),
    /** The folder of one version; `{version}` and `{service}` are filled in. Used as it is. */
    release: z.string().optional(),
    /** A .tar or .tar.gz of one version, unpacked once into the state folder. */
    archive: z.string().optional(),
    env: Environment.default({}),
    /** Ready when this path answers 2xx; without it, when the port accepts connections. */
    readyPath: z.string().startsWith('/').optional(),
    readyTimeout: duration({ min: 100, max: 600_000 }).default(30_000),
    /** Between SIGTERM and SIGKILL to the old process group. */
    stopGrace: duration({ max: 300_000 }).default(10_000),
    /** Start the new version on a spare port first and touch the old one only if it comes up. */
    probation: z.boolean().default(true),
    /** Where pids, logs and unpacked releases are kept. */
    stateDir: z.string().default('.signalbox/processes'),
  })
  .refine((driver) => (driver.release === undefined) !== (driver.archive === undefined), {
    message: 'expected exactly one of "release" and "archive"',
    path: ['release'],
  });

export const DriverSchema = z.discriminatedUnion('kind', [
  CommandDriverSchema,
  LocalProcessDriverSchema,
]);

export type DriverSpec = z.output<typeof DriverSchema>;
export type CommandDriverSpec = z.output<typeof CommandDriverSchema>;
export type ObserveSpec = NonNullable<CommandDriverSpec['observe']>;
export type LocalProcessDriverSpec = z.output<typeof LocalProcessDriverSchema>;
