import type { z } from 'zod';

/** `metadata.commit`: the path of each field that was refused. */
export function pathsOf(schema: z.ZodType, value: unknown): readonly string[] {
  const parsed = schema.safeParse(value);
  if (parsed.success) throw new Error('it was not refused');
  return parsed.error.issues.map(({ path }) => path.join('.'));
}

/** What was wanted, as the publisher will read it. */
export function messagesOf(schema: z.ZodType, value: unknown): string {
  const parsed = schema.safeParse(value);
  if (parsed.success) throw new Error('it was not refused');
  return parsed.error.issues.map(({ message }) => message).join('; ');
}
