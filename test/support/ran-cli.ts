import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { checkedConfig, shownConfig } from '../../src/app/session/config-here.js';
import { openDoctor } from '../../src/app/session/open-doctor.js';
import { openRepair } from '../../src/app/session/open-repair.js';
import { openSession } from '../../src/app/session/open-session.js';
import { redisUsers } from '../../src/app/session/redis-users.js';
import { redisTrouble } from '../../src/adapters/redis/connection/fail-fast.js';
import { runServer, runUp, runWorker } from '../../src/app/server/run-up.js';
import { simulateFile } from '../../src/app/simulation/simulate-file.js';
import { runCli } from '../../src/cli/program.js';

const CLI = fileURLToPath(new URL('../../dist/app/cli.main.js', import.meta.url));

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where a command is given. */
export interface CliPlace {
  readonly redisUrl: string;
  /** With a `signalbox.config.json`. */
  readonly folder: string;
}

/** A command as `cli.main.ts` carries it out, in this process; it ends with the test at the latest. */
export async function inProcessCli(command: string, { redisUrl, folder }: CliPlace): Promise<Ran> {
  const said = { out: '', err: '' };
  const interrupted = new AbortController();
  onTestFinished(() => interrupted.abort());
  const { signal } = interrupted;
  const env = {
    USER: 'ann',
    REDIS_URL: redisUrl,
    SIGNALBOX_CONFIG: join(folder, 'signalbox.config.json'),
  };
  const code = await runCli(command.split(' ').filter(Boolean), {
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
    env,
    interrupted: signal,
    now: Date.now,
    version: '0',
    redisTrouble,
    openSession: (flags) => openSession(flags, env),
    openDoctor: (flags) => openDoctor(flags, env),
    openRepair: (flags) => openRepair(flags, env),
    runWorker: (flags) => runWorker(flags, env, signal),
    runServer: (flags, ready) => runServer(flags, ready, env, signal),
    runUp: (flags, ready) => runUp(flags, ready, env, signal),
    checkConfig: (flags) => checkedConfig(flags, env),
    showConfig: (flags) => shownConfig(flags, env),
    redisUsers: (roles, namespace) => redisUsers(roles, namespace, env),
    simulate: simulateFile,
  });
  return { code, ...said };
}

/** The same in a process of its own, from the code that was built. */
export const spawnedCli = (command: string, { redisUrl, folder }: CliPlace): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { ...process.env, USER: 'ann', REDIS_URL: redisUrl };
    const argv = [CLI, ...command.split(' ')];
    const child = execFile(process.execPath, argv, { cwd: folder, env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
    onTestFinished(() => void child.kill('SIGKILL'));
  });
