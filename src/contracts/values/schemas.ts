import { z } from 'zod';
import {
  DEFAULT_ENVIRONMENT,
  DEPLOYMENT_ID_PATTERN,
  deploymentId,
  environmentName,
  serviceName,
  TARGET_ID_PATTERN,
  targetId,
  version,
} from '../../domain/model/ids.js';
import {
  MOST_VERSION_CHARACTERS,
  VERSION_PATTERN,
  versionRefusal,
} from '../../domain/model/version-text.js';
import { nameText } from '../problems/name-problem.js';

/** The fields that more than one contract has, each minting its branded type. */
export const DeploymentIdSchema = z
  .string()
  .regex(DEPLOYMENT_ID_PATTERN, 'expected a deployment id such as dep_01j9z3k8w2')
  .transform(deploymentId);

export const ServiceNameSchema = nameText('service').transform(serviceName);

export const EnvironmentNameSchema = nameText('environment')
  .transform(environmentName)
  .default(environmentName(DEFAULT_ENVIRONMENT));

export const VersionSchema = z
  .string()
  .superRefine((text, context) => {
    const message = versionRefusal(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  })
  // For the JSON Schema: a refinement alone would leave no trace there.
  .meta({ pattern: VERSION_PATTERN.source, minLength: 1, maxLength: MOST_VERSION_CHARACTERS })
  .transform(version);

export const TargetIdSchema = z
  .string()
  .max(128)
  .regex(TARGET_ID_PATTERN, 'expected letters, digits, ".", "_" or "-"')
  .transform(targetId);

/** Printable text of one line: names people read, reasons, who asked. */
export const TextSchema = z
  .string()
  .min(1)
  .max(1_000)
  // oxlint-disable-next-line no-control-regex -- control characters are just what is refused here
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'expected one line without control characters');

/** Labels of the caller's own, carried along and shown. */
export const MetadataSchema = z
  .record(z.string().max(100), z.string().max(1_000))
  .refine((entries) => Object.keys(entries).length <= 100, 'expected at most 100 entries')
  .default({});

export const TargetSchema = z
  .strictObject({
    id: TargetIdSchema.meta({
      description: 'Name of the target, unlike any other of the service.',
      examples: ['web-1'],
    }),
    name: TextSchema.max(200)
      .optional()
      .meta({ description: 'What people read. Default: the id.', examples: ['web 1 (Frankfurt)'] }),
    address: z
      .string()
      .max(500)
      .regex(
        // oxlint-disable-next-line no-control-regex -- control characters are just what is refused here
        /^[^\s\u0000-\u001f\u007f-][^\s\u0000-\u001f\u007f]*$/,
        'expected an address without spaces, not starting with "-"',
      )
      .optional()
      .meta({
        description: 'Where it is reached: `host:port` or a URL, as driver and checks need it.',
        examples: ['10.0.0.11:8080'],
      }),
    metadata: MetadataSchema.meta({
      description:
        'Values of your own, for placeholders such as `{target.metadata.zone}`. `colour` says which half of a blue-green service it is.',
      examples: [{ zone: 'eu-1', colour: 'blue' }],
    }),
    capacity: z
      .number()
      .gt(0)
      .max(1_000_000)
      .optional()
      .meta({
        description:
          'How much it can carry beside the other targets: its part of the traffic and of what `maxUnavailable` counts. Default: what the balancer’s own configuration gives it, and 1 as soon as one target of the service says it.',
        examples: [4],
      }),
  })
  .transform(({ id, name = id, address = '', metadata, capacity }) => ({
    ...{ id, name, address, metadata },
    ...(capacity !== undefined && { capacity }),
  }))
  .meta({ title: 'target' });

/** What was read, where it fits into a line. */
const asWritten = (input: unknown): string =>
  typeof input === 'number' || (typeof input === 'string' && input.length <= 40)
    ? `, got ${JSON.stringify(input)}`
    : '';

/** A number of targets or a share of them. */
export const AmountSchema = z
  .union(
    [
      z.int().min(0).max(100_000),
      z
        .templateLiteral([z.number(), '%'])
        .refine((text) => Number.parseFloat(text) >= 0 && Number.parseFloat(text) <= 100, {
          error: ({ input }) => `expected 0% to 100%${asWritten(input)}`,
        }),
    ],
    {
      error: ({ input }) =>
        `expected a whole number, or 0% to 100% such as "25%"${asWritten(input)}`,
    },
  )
  .meta({ title: 'amount' });

/** Which version of its contract a job keeps: a later one may mean what is not known here. */
export const JobVersionSchema = z.literal(1, {
  error: ({ input }) =>
    typeof input === 'number' && input > 1
      ? `${input} is of a newer version than this, expected 1`
      : undefined,
});
