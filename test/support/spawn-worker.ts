import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { program } from './program.js';

export interface WorkerProcess {
  readonly process: ChildProcess;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<unknown>;
  /** Resident memory in bytes. */
  memory(): Promise<number>;
}

/** Starts test/support/worker-process.ts and waits until it takes jobs; it is killed after the test. */
export async function spawnWorker(env: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const child = fork(program(new URL('./worker-process.ts', import.meta.url)), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await Promise.race([once(child, 'message'), ended]);
  return {
    process: child,
    ended,
    async memory() {
      child.send('memory');
      const [{ rss }] = await once(child, 'message');
      return rss;
    },
  };
}
