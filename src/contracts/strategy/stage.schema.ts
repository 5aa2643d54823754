import { z } from 'zod';
import { duration } from '../values/duration.js';
import { either } from '../values/either.js';
import { TextSchema } from '../values/schemas.js';

/** Names an analysis of the service; whether there is one of that name is told when it is planned. */
export const AnalysisNameSchema = TextSchema.max(100);

/** What people type to promote: no white space, no leading dash. */
export const GateNameSchema = z
  .string()
  .max(63)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'expected letters, digits, ".", "_" or "-", starting with a letter or digit',
  );

export const gateSettings = {
  name: GateNameSchema.optional(),
  /** Without one it waits for ever. */
  timeout: duration({ min: 1 }).optional(),
  onTimeout: z.enum(['promote', 'abort']).optional(),
};

/** `true` is a gate with nothing said of it. */
export const GateSettingSchema = either(
  z.boolean(),
  z.strictObject(gateSettings),
  'expected true, or name, timeout and onTimeout',
);
