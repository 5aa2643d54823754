import { z } from 'zod';

/**
 * A short form or a full one. A field that is wrong in a full one is named in
 * the message, where a plain union would only say that the whole is.
 *
 * @param wanted what is said of anything that is neither
 */
export const either = <Short extends z.ZodType, Full extends z.ZodType>(
  short: Short,
  full: Full,
  wanted: string,
) =>
  z.union([short, full], {
    error: ({ errors }) => {
      const inFull = errors.flat().find(({ path }) => path.length > 0);
      return inFull === undefined ? wanted : `${inFull.path.join('.')}: ${inFull.message}`;
    },
  });
