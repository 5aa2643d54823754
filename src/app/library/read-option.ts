import { z } from 'zod';

/**
 * Checks what a caller gave, and fills in its defaults.
 *
 * @param path how the caller names it: `strategy`, `targets.api`
 * @throws TypeError that names the field and what was wanted
 */
export function readOption<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TypeError(firstIssue(parsed.error, path).text);
}

/** The first field that is wrong, and what was wanted there. */
export function firstIssue(
  error: z.ZodError,
  path: string,
): { readonly path: string; readonly message: string; readonly text: string } {
  const [issue] = error.issues;
  const at = [path, ...(issue?.path ?? [])].map(String).join('.');
  const message = issue?.message ?? 'expected something else';
  return { path: at, message, text: `\`${at}\`: ${message}` };
}
