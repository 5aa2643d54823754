import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * Whether a file has another content than when this was called. While it
 * can't be read, such as between the two steps of an editor that replaces it, it counts as it was.
 * What a configuration in TypeScript imports is not looked at.
 */
export async function fileChange(file: string): Promise<() => Promise<boolean>> {
  const first = await digestOf(file);
  return async () => {
    const now = await digestOf(file);
    return first !== null && now !== null && now !== first;
  };
}

const digestOf = (file: string): Promise<string | null> =>
  readFile(file).then(
    (content) => createHash('sha256').update(content).digest('base64'),
    () => null,
  );
