import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { freePort } from '../../support/free-port.js';
import { debianTool } from '../../support/debian-tool.js';
import { accepts } from '../../support/haproxy-server.js';
import { CLI } from '../../support/cli.js';
import { Normaliser } from './transcript.js';

const GUIDES = fileURLToPath(new URL('../../../examples/guides/', import.meta.url));
const CONFIG = 'signalbox.config.yaml';
const HAPROXY = 'haproxy.cfg';
const SOCKET = '/run/haproxy/admin.sock';
/** Where the guides' targets are said to be. */
const ADDRESS = /\b10\.0\.\d+\.\d+:\d+\b/g;

export interface GuideWorld {
  readonly normaliser: Normaliser;
  readonly type: (command: string) => Promise<string>;
  readonly dispose: () => Promise<void>;
}

/**
 * The folder of one example with all that its configuration names, for real: a
 * `signalbox up`, HAProxy with the file that the guide shows, and one server
 * that answers at every target's address.
 */
export async function guideWorld(name: string, live: boolean): Promise<GuideWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-guide-'));
  const undo: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const dispose = async (): Promise<void> => {
    // oxlint-disable-next-line no-await-in-loop -- in the opposite order of their beginning
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    cpSync(join(GUIDES, name), folder, { recursive: true });
    const { REDIS_URL: _, ...rest } = process.env;
    const env = {
      ...rest,
      PATH: [commands(folder), rest['PATH'] ?? ''].join(delimiter),
      USER: 'ann',
      SIGNALBOX_LOG_LEVEL: 'fatal',
      NO_COLOR: '1',
    };
    if (live) {
      const socket = join(folder, 'haproxy.sock');
      const target = await answering(undo);
      const places = (text: string): string =>
        text.replaceAll(SOCKET, socket).replaceAll(ADDRESS, target);
      const config = places(readFileSync(join(folder, CONFIG), 'utf8'));
      writeFileSync(join(folder, CONFIG), config);
      if (config.includes('kind: haproxy')) await haproxy(folder, places, undo);
      await up(folder, env, undo);
    }
    const type = async (command: string): Promise<string> =>
      new Promise((resolve) => {
        const shell = ['-c', `exec 2>&1; ${command}`];
        execFile('sh', shell, { cwd: folder, env }, (_error, stdout) => resolve(stdout));
      });
    return { normaliser: new Normaliser([[folder, '.']]), type, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** So that `signalbox` is a command, as after an installation. */
function commands(folder: string): string {
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'signalbox'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  chmodSync(join(bin, 'signalbox'), 0o755);
  return bin;
}

async function answering(undo: (() => unknown)[]): Promise<string> {
  const server = createServer((_, response) => response.end('ok'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function haproxy(
  folder: string,
  places: (text: string) => string,
  undo: (() => unknown)[],
): Promise<void> {
  const own = join(folder, HAPROXY);
  const shown = readFileSync(existsSync(own) ? own : join(GUIDES, HAPROXY), 'utf8');
  let text = places(shown);
  for (const bind of shown.match(/bind \*:\d+/g) ?? []) {
    // oxlint-disable-next-line no-await-in-loop -- one port after the other
    text = text.replace(bind, `bind 127.0.0.1:${await freePort()}`);
  }
  writeFileSync(own, text);
  const binary = await debianTool('haproxy');
  const child = spawn(binary, ['-db', '-q', '-f', own], { stdio: ['ignore', 'ignore', 'inherit'] });
  undo.push(() => ended(child, 'SIGKILL'));
  const socket = join(folder, 'haproxy.sock');
  await vi.waitFor(async () => accepts({ path: socket }), { timeout: 20_000, interval: 20 });
}

async function up(folder: string, env: NodeJS.ProcessEnv, undo: (() => unknown)[]): Promise<void> {
  const child = spawn(process.execPath, [CLI, 'up', '--json', '--port', '0'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  undo.push(() => ended(child, 'SIGTERM'));
  const line = once(createInterface({ input: child.stdout }), 'line');
  const exit = once(child, 'exit').then(([code]) => {
    throw new Error(`signalbox up ended with ${code}`);
  });
  await Promise.race([line, exit]);
  exit.catch(() => {});
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}
