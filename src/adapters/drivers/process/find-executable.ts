import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, resolve } from 'node:path';

export interface Surroundings {
  readonly cwd?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/** A sentence on why a command can't start; `null` when it can, as far as can be seen beforehand. */
export async function startProblem(
  command: string,
  { cwd = '.', env }: Surroundings,
): Promise<string | null> {
  const folder = await stat(cwd).catch(() => null);
  if (folder?.isDirectory() !== true)
    return `there is no folder ${JSON.stringify(cwd)} to run it in`;
  const places = command.includes('/')
    ? [resolve(cwd, command)]
    : (env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin')
        .split(delimiter)
        .map((path) => resolve(cwd, path, command));
  let seen = false;
  for (const place of places) {
    const file = await stat(place).catch(() => null);
    if (file?.isFile() !== true) continue;
    seen = true;
    const runs = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return null;
  }
  const what = JSON.stringify(command);
  return seen ? `${what} is not executable` : `there is no command ${what}`;
}
