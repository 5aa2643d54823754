import { TextSchema } from '../contracts/values/schemas.js';
import { InvalidRequest } from './publish-job.js';

const PersonSchema = TextSchema.max(200).regex(/\S/, 'expected a name');
const ReasonSchema = TextSchema.regex(/\S/, 'expected a reason');

/**
 * Events keep for ever who did what and why: neither is left blank.
 *
 * @throws InvalidRequest
 */
export const checkPerson = (by: string): void => check('by', PersonSchema, by);

/** @throws InvalidRequest */
export const checkReason = (reason: string): void => check('reason', ReasonSchema, reason);

function check(field: string, schema: typeof TextSchema, said: string): void {
  const parsed = schema.safeParse(said);
  if (!parsed.success)
    throw new InvalidRequest(field, parsed.error.issues[0]?.message ?? 'invalid');
}
