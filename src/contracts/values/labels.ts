import { z } from 'zod';

/** No `=`, comma, blank or brace: labels become part of keys. */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;
const WANTED = 'expected letters, digits, ".", "_", "/" or "-", at most 63 of them';

/** What services are told apart by, beside their names: `tier: db`. */
export const LabelsSchema = z
  .record(z.string().regex(LABEL, WANTED), z.string().regex(LABEL, WANTED))
  .refine((labels) => Object.keys(labels).length <= 20, 'expected at most 20 labels');
