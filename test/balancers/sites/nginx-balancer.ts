import { execFile } from 'node:child_process';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { serviceCall } from './service-call.js';
import { startNginx } from '../../support/nginx-server.js';
import type { Balancer, PlacedTarget, ServerView, Site } from './balancer.js';
import { isWell } from './target-health.js';
import { vi } from 'vitest';

const run = promisify(execFile);
/** A target that is drained may be so for as long as it is deployed to. */
const MOST_TRIES = 30;
const SERVER = /^( *server \S+)((?: [^;]*)?); # (\S+)( drained)?( held-out)?$/;

/** A real nginx. It checks no server by itself: what serves is what its file says, and is well. */
export async function nginxSite(targets: readonly PlacedTarget[]): Promise<Site> {
  const nginx = await startNginx(serviceCall(targets));
  const read = (): Promise<string> => readFile(nginx.upstreamFile, 'utf8');
  // Somebody who reloads it while it is restarted tries again.
  const reload = (): Promise<unknown> =>
    vi.waitFor(() => run(...split(nginx.reload)), { timeout: 60_000, interval: 100 });
  /** As an editor does it; `null` where the line is not to be touched now. */
  const edit = async (change: (content: string) => string | null): Promise<boolean> => {
    const changed = change(await read());
    if (changed === null) return false;
    const draft = `${nginx.upstreamFile}.person`;
    await writeFile(draft, changed);
    await rename(draft, nginx.upstreamFile);
    await reload();
    return true;
  };
  const isHeld = async (target: string): Promise<boolean> =>
    linesIn(await read()).some((line) => line.target === target && line.held);
  /** Whoever writes the file at the same time may be the last: who edits it looks again. */
  const until = async (
    target: string,
    held: boolean,
    change: (content: string) => string | null,
  ): Promise<boolean> => {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      // oxlint-disable-next-line no-await-in-loop -- until it is so
      const edited = await edit(change);
      // oxlint-disable-next-line no-await-in-loop -- until it is so
      await delay(100);
      // oxlint-disable-next-line no-await-in-loop -- until it is so
      if (edited && (await isHeld(target)) === held) return true;
    }
    return false;
  };
  const balancer: Balancer = {
    name: 'nginx',
    urls: [nginx.url],
    look: async () => {
      // The health first: who is taken out and stopped in between does not count as serving.
      const well = await Promise.all(
        targets.map(async (target) => [target.id, await isWell(target)] as const),
      );
      const health = new Map(well);
      const lines = linesIn(await read());
      return lines.map(({ target, weight, down, held }) => ({
        ...{ target, weight, held },
        serves: !down && weight > 0 && health.get(target) === true,
      }));
    },
    hold: (target) => until(target, true, (content) => withDown(content, target)),
    giveBack: async (target) => {
      if (!(await until(target, false, (content) => withoutDown(content, target)))) {
        throw new Error(`nginx: ${target} can't be given back`);
      }
    },
    restart: async (how) => {
      await (how === 'kill' ? nginx.restart() : reload());
      return { forgets: false };
    },
    dispose: nginx.dispose,
  };
  return {
    balancers: [balancer],
    router: {
      kind: 'nginx',
      ...{ upstreamFile: nginx.upstreamFile, test: nginx.test, reload: nginx.reload },
      ...{ pidFile: nginx.pidFile, directives: ['zone proof 64k'] },
    },
  };
}

const split = ([command, ...args]: readonly [string, ...string[]]): [string, string[]] => [
  command,
  args,
];

interface Line extends Omit<ServerView, 'serves'> {
  readonly down: boolean;
}

/** What a person reads in the file. */
function linesIn(content: string): readonly Line[] {
  return content.split('\n').flatMap((line) => {
    const [, , parameters = '', target, drained, marked] = SERVER.exec(line) ?? [];
    if (target === undefined) return [];
    const down = / down\b/.test(parameters);
    const written = / weight=(\d+)/.exec(parameters)?.[1];
    const weight = Number(written ?? (down ? 0 : 1));
    const held = down && (marked !== undefined || (weight > 0 && drained === undefined));
    return [{ target, weight, down, held }];
  });
}

const lineOf = (content: string, target: string): string | null =>
  content.split('\n').find((line) => SERVER.exec(line)?.[3] === target) ?? null;

/** `null` where it is down already: nobody could tell whose "down" that is. */
function withDown(content: string, target: string): string | null {
  const line = lineOf(content, target);
  const [, server = '', parameters = '', ...rest] = SERVER.exec(line ?? '') ?? [];
  if (line === null || / down\b/.test(parameters) || rest[0] === undefined) return null;
  return content.replace(line, `${server}${parameters} down; # ${target}`);
}

function withoutDown(content: string, target: string): string | null {
  const line = lineOf(content, target);
  const [, server = '', parameters = '', , drained] = SERVER.exec(line ?? '') ?? [];
  if (line === null) return null;
  // One that is drained as well, or has no weight any more, stays down: that is not the person's.
  const isTheirs = drained === undefined && / weight=/.test(parameters);
  const left = isTheirs ? parameters.replace(' down', '') : parameters;
  return content.replace(line, `${server}${left}; # ${target}${drained ?? ''}`);
}
