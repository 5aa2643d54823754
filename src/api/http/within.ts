/** Redis did not answer in time. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

/**
 * Gives up waiting; the work itself goes on.
 *
 * @throws TooSlow
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooSlow(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
