import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { CLI } from '../support/cli.js';

/** Workers of the command line, each a process of its own. */
export interface Workers {
  readonly start: () => Promise<void>;
  /** kill -9 of one, and of all that there are; others take their places. */
  readonly kill: (chosen: number, both: boolean) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

export function workersIn(folder: string, redisUrl: string): Workers {
  const alive: ChildProcess[] = [];
  const start = async (): Promise<void> => {
    const child = spawn(process.execPath, [CLI, 'worker'], {
      cwd: folder,
      env: { ...process.env, REDIS_URL: redisUrl },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    alive.push(child);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4_000);
        if (said.includes('worker ready')) resolve();
      });
      child.once('exit', (code, signal) => {
        if (signal !== 'SIGKILL') reject(new Error(`a worker ended with ${code}: ${said}`));
        else resolve();
      });
    });
  };
  const kill9 = async (child: ChildProcess | undefined): Promise<void> => {
    if (child === undefined) return;
    alive.splice(alive.indexOf(child), 1);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    start,
    kill: async (chosen, both) => {
      const victims = both ? [...alive] : alive.slice(chosen % alive.length).slice(0, 1);
      await Promise.all(victims.map(kill9));
      await Promise.all(victims.map(start));
    },
    dispose: async () => void (await Promise.all([...alive].map(kill9))),
  };
}
