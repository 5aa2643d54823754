import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { z } from 'zod';
import { duration } from '../../contracts/values/duration.js';
import {
  DeploymentIdSchema,
  EnvironmentNameSchema,
  ServiceNameSchema,
  TextSchema,
  VersionSchema,
} from '../../contracts/values/schemas.js';
import type { EnvironmentName, ServiceName } from '../../domain/model/ids.js';

export type Program = Command;

/** A command with the flags that all have. */
export const commandOf = <Usage extends string>(program: Program, usage: Usage) =>
  program
    .command(usage)
    .option('--json', 'print JSON, for programs')
    .option('--redis <url>', 'Redis to use; else REDIS_URL, else the one of a running `up`')
    .option(
      '--namespace <name>',
      'namespace of the keys; else SIGNALBOX_NAMESPACE, else signalbox',
    );

/** The contract's own rule for a field, as a flag's. */
function parsedBy<Schema extends z.ZodType>(schema: Schema, expected?: string) {
  return (text: string): z.output<Schema> => {
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(expected ?? parsed.error.issues[0]?.message ?? 'not valid');
  };
}

export const parseDeploymentId = parsedBy(DeploymentIdSchema);
export const parseService: (text: string) => ServiceName = parsedBy(ServiceNameSchema);
export const parseEnvironment: (text: string) => EnvironmentName = parsedBy(EnvironmentNameSchema);
export const parseVersion = parsedBy(VersionSchema);
export const parseText = parsedBy(TextSchema);
export const parseName = parsedBy(TextSchema.max(200));
export const parseDuration = parsedBy(
  duration(),
  'expected a duration such as "30s" or "5m", at most 30 days',
);

/** A date and time with its offset, as epoch milliseconds. */
export function parseMoment(text: string): number {
  const at = z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : NaN;
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError('expected a time such as 2026-12-24T12:00:00Z');
}

export function parseInteger(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };
}

/** `a=b`, with what stands before the first `=` as the key; gathers repeated flags. */
export function gatherPairs(
  text: string,
  before: readonly (readonly [string, string])[] = [],
): readonly (readonly [string, string])[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected key=value');
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
}
