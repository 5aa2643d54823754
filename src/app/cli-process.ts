import { setMaxListeners } from 'node:events';
import { runCli } from '../cli/program.js';
import { checkedConfig, shownConfig } from './session/config-here.js';
import { standardOutput } from './process/standard-output.js';
import { redisTrouble } from '../adapters/redis/connection/fail-fast.js';
import { packageVersion } from './process/package-version.js';
import { openDoctor } from './session/open-doctor.js';
import { openRepair } from './session/open-repair.js';
import { openSession } from './session/open-session.js';
import { redisUsers } from './session/redis-users.js';
import { runServer, runUp, runWorker } from './server/run-up.js';

/** Runs one command of this process, and answers its exit code. */
export function runProcess(argv: readonly string[], signal: AbortSignal): Promise<number> {
  // A pass's one signal has a listener for each of the targets that it looks after at once.
  setMaxListeners(0);
  const { env } = process;
  return runCli(argv, {
    stdout: standardOutput(process.stdout),
    // Where it is lost there is nowhere left to say so; the exit code does.
    stderr: standardOutput(process.stderr),
    env,
    interrupted: signal,
    now: Date.now,
    version: packageVersion(),
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
    // Loaded on demand: no other command needs it.
    simulate: async (flags) => (await import('./simulation/simulate-file.js')).simulateFile(flags),
  });
}
