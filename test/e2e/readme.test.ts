import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI } from '../support/cli.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const run = promisify(execFile);

/** `<!-- path -->` before a block says which file it shows. */
const shown = [...readme.matchAll(/<!-- (examples\/\S+) -->\s*```\w+\n([\s\S]*?)```/g)].map(
  ([, path = '', code = '']) => ({ path, code }),
);
const shellLines = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);

describe('the README', () => {
  test.each(shown)('shows $path as it is', ({ path, code }) => {
    expect(code).toBe(readFileSync(join(root, path), 'utf8'));
  });

  test('asks for nothing that is not run here, in the demo test or by CI itself', () => {
    expect(shellLines).toEqual([
      'npm ci && npm run demo',
      'npm ci && npm test',
      'npm run build',
      'npx signalbox up',
      'npx signalbox deploy api 1.4.2 --wait',
      'npx signalbox deploy api 1.4.3 --strategy canary --stages 50,100 --wait',
      'npx signalbox services',
      'npx signalbox history api',
      'npx signalbox simulate shop.yaml --version 2.0.0',
      'npx signalbox simulate shop.yaml --version 2.0.0 --fail green-1',
    ]);
  });
});

describe('what the README says to type', () => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-readme-'));
  let up: ChildProcess;
  let env: NodeJS.ProcessEnv;
  let http = '';

  beforeAll(async () => {
    for (const file of ['signalbox.config.yaml', 'shop.yaml']) {
      cpSync(join(root, 'examples/readme', file), join(folder, file));
    }
    // Nobody is on the way with another service.
    appendFileSync(join(folder, 'signalbox.config.yaml'), '\nunknownService: { grace: 1s }\n');
    const { REDIS_URL: _, ...rest } = process.env;
    up = spawn(process.execPath, [CLI, 'up', '--json', '--port', '0'], {
      cwd: folder,
      env: { ...rest, SIGNALBOX_LOG_LEVEL: 'fatal' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (!up.stdout) throw new Error('no output');
    const [line] = await once(createInterface({ input: up.stdout }), 'line');
    const addresses = JSON.parse(String(line));
    ({ http } = addresses);
    env = { ...rest, REDIS_URL: addresses.redis };
  });
  afterAll(async () => {
    const ended = once(up, 'exit');
    up.kill('SIGTERM');
    const [code] = await ended;
    if (code !== 0) throw new Error(`signalbox up ended with ${code}`);
    rmSync(folder, { recursive: true, force: true });
  });

  const signalbox = async (...args: readonly string[]): Promise<string> => {
    // In the folder of `up`, and without REDIS_URL: it finds the running one.
    const { REDIS_URL: _, ...rest } = env;
    return (await run(process.execPath, [CLI, ...args], { cwd: folder, env: rest })).stdout;
  };
  const example = async (name: string): Promise<string> => {
    const args = ['--import', 'tsx', join(root, 'examples/readme', name)];
    return (await run(process.execPath, args, { cwd: root, env })).stdout;
  };

  test('deploys, and shows services and history', async () => {
    expect(await signalbox('deploy', 'api', '1.4.1', '--wait')).toContain('completed');
    const canary = ['--strategy', 'canary', '--stages', '50,100'];
    expect(await signalbox('deploy', 'api', '1.4.1-b', ...canary, '--wait')).toContain('completed');
    expect(await signalbox('services')).toContain('1.4.1-b');
    expect(await signalbox('history', 'api')).toContain('1.4.1');
  });

  test('simulates what was never deployed, and what would go wrong', async () => {
    const simulated = ['simulate', 'shop.yaml', '--version', '2.0.0'];
    expect(await signalbox(...simulated)).toContain('2 of 4 targets updated');
    await expect(signalbox(...simulated, '--fail', 'green-1')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('green-1: green-1 refuses it'),
    });
  });

  test('refuses a service that nobody configured, naming it', async () => {
    const refused = signalbox('deploy', 'nosuch', '1.0.0');

    await expect(refused).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /no worker is configured for production\/nosuch\. Workers alive: \S+ \(api\)/,
      ),
    });
  });

  test('publishes with the producer and from plain BullMQ, and is followed by the subscriber', async () => {
    expect(await example('publish.ts')).toMatch(/^published dep_/);
    await example('plain-bullmq.mjs');
    const followed = await example('subscribe.ts');

    expect(followed).toContain('api 1.4.2 deployment.completed');
    expect(followed).toContain('api 1.4.3 deployment.completed');
  });

  test('shows the jobs in Bull Board, at the address that `up` printed', async () => {
    const page = await fetch(new URL('/queues/', http));
    const queues = await fetch(new URL('/queues/api/queues?activeQueue=plan', http));

    expect(page.status).toBe(200);
    expect(await queues.text()).toContain('plan-deployment');
  });

  test('runs orchestrator and manager as a library, without queue or Redis', async () => {
    const { REDIS_URL: _, ...rest } = env;
    const file = join(root, 'examples/readme/library.ts');
    const { stdout } = await run(process.execPath, ['--import', 'tsx', file], {
      cwd: root,
      env: rest,
    });

    expect(stdout.split('\n').slice(0, 6)).toEqual([
      'web-1 gets 1.0.0',
      'web-2 gets 1.0.0',
      'web-1 gets 2.0.0',
      'web-2 gets 2.0.0',
      'web-2 gets 1.0.0',
      'web-1 gets 1.0.0',
    ]);
    expect(stdout).toContain('1.0.0 {');
    expect(stdout).toContain('rolledBack: 1');
  });
});
