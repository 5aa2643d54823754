import { z } from 'zod';
import { either } from '../values/either.js';
import { MOST_STABLE } from '../../domain/model/active-deployment.js';

/** As `FLAG_NAME_PATTERN`, with room for the version behind the first letter. */
const FLAG_TEMPLATE_PATTERN = /^[A-Za-z0-9_](?:[A-Za-z0-9._/@+:~=-]|\{version\}){0,399}$/;

const FlagNameSchema = z
  .string()
  .regex(
    FLAG_TEMPLATE_PATTERN,
    'expected the name of a flag, without spaces; `{version}` behind its first letter is the version',
  );

/** Which flag, and what is done where it is not as we left it: its name, or in full. */
export const FlagSettingSchema = either(
  FlagNameSchema,
  z
    .strictObject({
      name: FlagNameSchema.optional().meta({
        description:
          'Name of the flag; `{version}` in it is the version. Default: `ff_<service>_<version>`.',
        examples: ['new-checkout', 'checkout-{version}'],
      }),
      keep: z
        .int()
        .min(1)
        .max(MOST_STABLE)
        .optional()
        .meta({
          description:
            'Of how many finished versions before it a completed deployment keeps the flags; it removes those of older versions, unless somebody changed them. Needs `{version}` in the name, or the default name. Default: all are kept.',
          examples: [2],
        }),
      onForeignChange: z
        .enum(['pause', 'rollback', 'overwrite'])
        .optional()
        .describe(
          'When somebody else changed, switched off or deleted the flag since we wrote it: pause until a person resumes, roll back, or overwrite it. Default: `pause`.',
        ),
      restart: z
        .boolean()
        .optional()
        .describe(
          'Begin anew where the flag is at more than the first stage: users who have it lose it. Default: such a plan is refused.',
        ),
    })
    .meta({ title: 'flag' }),
  'expected the name of a flag without spaces, or name, onForeignChange and more about it',
);
