import { z } from 'zod';
import { either } from '../values/either.js';
import { FLAG_NAME_PATTERN } from '../values/flag-record.js';

const FlagNameSchema = z
  .string()
  .regex(FLAG_NAME_PATTERN, 'expected the name of a flag, without spaces');

/** Which flag, and what is done where it is not as we left it: its name, or in full. */
export const FlagSettingSchema = either(
  FlagNameSchema,
  z
    .strictObject({
      name: FlagNameSchema.optional().meta({
        description: 'Name of the flag. Default: `ff_<service>_<version>`.',
        examples: ['new-checkout'],
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
