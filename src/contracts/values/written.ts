import type { z } from 'zod';

/** What may be written for a schema; lists may be read-only, so that `as const` fits. */
export type Written<Schema extends z.ZodType> = ReadOnly<z.input<Schema>>;

/** Of a list, a record and a plain value alike. */
type ReadOnly<T> = { readonly [Field in keyof T]: ReadOnly<T[Field]> };
