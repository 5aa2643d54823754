import { z } from 'zod';

/** No white space, no braces and no leading dash; room for `ff_<service>_<version>`. */
export const FLAG_NAME_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9._/@+:~=-]{0,399}$/;

/** A flag as it is kept in Redis: written by workers, read by applications of any version. */
export const FlagRecordSchema = z.object({
  percent: z.number().min(0).max(100),
  version: z.string(),
  service: z.string(),
  environment: z.string(),
  deploymentId: z.string(),
  fence: z.int(),
  /** Epoch milliseconds, on Redis' clock. */
  changedAt: z.int(),
  /** Grows with every change to any flag of the environment. */
  revision: z.int(),
});

export type FlagRecord = z.output<typeof FlagRecordSchema>;

/** `null` for what is no such record. */
export function parseFlagRecord(text: string): FlagRecord | null {
  try {
    return FlagRecordSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
