import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stopAllProcesses } from '../../src/adapters/drivers/local-process/stop-all-processes.js';
import { freePort } from './free-port.js';
import { CLI } from './cli.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const RELEASES = path('../../examples/sample-service/releases');

/** What the targets themselves wrote down when a version began to serve there. */
export interface LedgerEntry {
  readonly version: string;
  readonly deploymentId: string;
  readonly target: string;
  readonly fence: number;
  readonly pid: number;
}

/** A folder with a configuration of the sample service on real processes, and workers started from the command line. */
export async function realService(options: {
  readonly redisUrl: string;
  readonly namespace: string;
  readonly targets: number;
}) {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-e2e-'));
  const ledgerFile = join(folder, 'ledger.jsonl');
  const targets: { readonly id: string; readonly address: string }[] = [];
  for (let at = 1; at <= options.targets; at++) {
    targets.push({ id: `web-${at}`, address: `127.0.0.1:${await freePort()}` });
  }
  const config = {
    namespace: options.namespace,
    services: {
      sample: {
        driver: {
          kind: 'local_process',
          argv: [process.execPath, 'server.mjs'],
          release: join(RELEASES, '{version}'),
          readyTimeout: '20s',
          stateDir: join(folder, 'processes'),
          env: { LEDGER: ledgerFile },
        },
        targets,
        checks: [{ kind: 'http', url: 'http://{target.address}/healthz', interval: '100ms' }],
        policy: { retryDelay: '100ms' },
      },
    },
    worker: { lease: '2s' },
  };
  writeFileSync(join(folder, 'signalbox.config.json'), JSON.stringify(config));
  const children: ChildProcess[] = [];

  const startWorker = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [CLI, 'worker'], {
      cwd: folder,
      env: { ...process.env, REDIS_URL: options.redisUrl },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('worker ready')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
    });
    return child;
  };
  const kill9 = async (child: ChildProcess): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    folder,
    targets,
    startWorker,
    kill9,
    ledger(): readonly LedgerEntry[] {
      if (!existsSync(ledgerFile)) return [];
      const lines = readFileSync(ledgerFile, 'utf8').split('\n').filter(Boolean);
      return lines.map((line) => JSON.parse(line) as LedgerEntry);
    },
    async versions(): Promise<readonly string[]> {
      return Promise.all(
        targets.map(async ({ address }) => {
          const answer = await fetch(`http://${address}/version`);
          return ((await answer.json()) as { version: string }).version;
        }),
      );
    },
    async dispose(): Promise<void> {
      for (const child of children) {
        if (child.exitCode === null && child.signalCode === null) await kill9(child);
      }
      await stopAllProcesses(join(folder, 'processes'));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
