import { z } from 'zod';
import { TextSchema } from '../values/schemas.js';
import { duration } from '../values/duration.js';

/** What every check has. A check is of each target, unless it says nothing of one (memory, disk). */
const common = {
  name: TextSchema.max(100).optional(),
  critical: z.boolean().default(true),
  timeout: duration({ min: 10, max: 600_000 }).default(5_000),
  /** Observations in a row that must agree. */
  healthyThreshold: z.int().min(1).max(100).default(1),
  unhealthyThreshold: z.int().min(1).max(100).default(3),
  interval: duration({ min: 10, max: 600_000 }).default(1_000),
};

export const HttpCheckSchema = z.strictObject({
  kind: z.literal('http'),
  ...common,
  url: z.string().min(1).max(2_000),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS']).default('GET'),
  expectedStatus: z.int().min(100).max(599).default(200),
  /** A substring of the first 64 KiB of the body; `{version}` and the like are filled in. */
  expectedBody: z.string().min(1).max(1_000).optional(),
  /** Values may be `env:NAME`, read by the worker. */
  headers: z.record(z.string().min(1).max(200), z.string().max(2_000)).default({}),
});

export const TcpCheckSchema = z.strictObject({
  kind: z.literal('tcp'),
  ...common,
  /** `host:port` */
  address: z.string().min(3).max(500),
});

export const CommandCheckSchema = z.strictObject({
  kind: z.literal('command'),
  ...common,
  argv: z.tuple([z.string().min(1)], z.string()),
  cwd: z.string().optional(),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  expectedExitCode: z.int().min(0).max(255).default(0),
  /** A substring of its standard output. */
  expectedOutput: z.string().min(1).max(1_000).optional(),
});

const levels = {
  warning: z.number().min(0).max(100).default(80),
  criticalLevel: z.number().min(0).max(100).default(95),
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
  path: z.string().default('/'),
});

export const CheckSchema = z.discriminatedUnion('kind', [
  HttpCheckSchema,
  TcpCheckSchema,
  CommandCheckSchema,
  MemoryCheckSchema,
  DiskCheckSchema,
]);

export type CheckSpec = z.output<typeof CheckSchema>;
export type HttpCheckSpec = z.output<typeof HttpCheckSchema>;
export type TcpCheckSpec = z.output<typeof TcpCheckSchema>;
export type CommandCheckSpec = z.output<typeof CommandCheckSchema>;
export type MemoryCheckSpec = z.output<typeof MemoryCheckSchema>;
export type DiskCheckSpec = z.output<typeof DiskCheckSchema>;
