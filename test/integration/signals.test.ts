import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { CLI } from '../support/cli.js';
import { startOwnRedis, testRedis } from '../support/redis.js';

interface Program {
  readonly child: ChildProcess;
  /** What it has said so far. */
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<readonly [code: number | null, signal: string | null]>;
}

/** Whatever a supervisor gives it: 20 s by default in Signalbox, and less in what surrounds it. */
const GRACE = 3_000;

async function place(url: string, namespace: string) {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-signals-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const script =
    'echo hello; echo begins >> ledger; while [ ! -e go ]; do sleep 0.05; done; echo ends >> ledger';
  const config = {
    namespace,
    worker: { shutdownGrace: `${GRACE}ms` },
    services: {
      api: {
        driver: { kind: 'command', argv: ['sh', '-c', script] },
        targets: [{ id: 'web-1' }],
        policy: { approval: 'none', onFailure: 'rollback' },
      },
    },
  };
  await writeFile(join(folder, 'signalbox.config.json'), JSON.stringify(config));
  const run = (command: string): Program => {
    const child = spawn(process.execPath, [CLI, ...command.split(' ')], {
      cwd: folder,
      env: { ...process.env, USER: 'ann', REDIS_URL: url, SIGNALBOX_NAMESPACE: namespace },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', err: '' };
    child.stdout?.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
    const ended = once(child, 'exit').then(([code, signal]) => [code, signal] as const);
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    return { child, out: () => said.out, err: () => said.err, ended };
  };
  const ledger = () => readFile(join(folder, 'ledger'), 'utf8').catch(() => '');
  return { run, ledger, go: () => writeFile(join(folder, 'go'), '') };
}

const said = (what: () => string, text: string) => vi.waitFor(() => expect(what()).toContain(text));

describe('SIGHUP, as a closed terminal sends it', () => {
  test('lets a worker end the command in hand, and the one that waits says that it goes on', async () => {
    const { url, namespace } = testRedis();
    const { run, ledger, go } = await place(url, namespace);
    const worker = run('worker');
    await said(worker.err, 'worker ready');
    const waiting = run('deploy api 1 --wait');
    await vi.waitFor(async () => expect(await ledger()).toBe('begins\n'));

    waiting.child.kill('SIGHUP');
    expect(await waiting.ended).toEqual([129, null]);
    expect(waiting.err()).toContain('goes on by itself');

    worker.child.kill('SIGHUP');
    await said(worker.err, 'worker stopping');
    worker.child.kill('SIGHUP');
    await go();
    expect(await worker.ended).toEqual([0, null]);
    expect(await ledger()).toBe('begins\nends\n');
  });

  test.each(['up --port 0', 'server --port 0'])('stops `%s` in good order', async (command) => {
    const { url, namespace } = testRedis();
    const { run } = await place(url, namespace);
    const program = run(command);
    await said(program.out, 'http://');
    program.child.kill('SIGHUP');
    expect(await program.ended).toEqual([0, null]);
  });
});

describe('one signal, while Redis is away,', () => {
  test.each(['worker', 'up --port 0', 'server --port 0'])(
    'ends `%s` within its grace',
    async (command) => {
      const redis = await startOwnRedis();
      onTestFinished(() => redis.dispose());
      const { run } = await place(redis.url, 'signals');
      const program = run(command);
      await said(
        () => program.out() + program.err(),
        command === 'worker' ? 'worker ready' : 'http://',
      );
      await redis.stop();
      program.child.kill('SIGTERM');
      expect(await program.ended).toEqual([0, null]);
      if (!command.startsWith('server')) {
        expect(program.err()).toContain('Redis is away; nothing was in hand');
      }
    },
  );

  test('ends a worker with a command in hand, which says what it left to be settled', async () => {
    const redis = await startOwnRedis();
    onTestFinished(() => redis.dispose());
    const { run, ledger } = await place(redis.url, 'signals');
    const worker = run('worker');
    await said(worker.err, 'worker ready');
    const published = run('deploy api 1');
    await published.ended;
    await vi.waitFor(async () => expect(await ledger()).toBe('begins\n'));
    await redis.stop();
    const since = Date.now();
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toEqual([0, null]);
    const left = JSON.parse(
      worker
        .err()
        .split('\n')
        .find((line) => line.includes('left to be settled')) ?? '',
    );
    expect(left).toMatchObject({
      left: [{ queue: 'execute', deployment: expect.stringMatching(/^dep_/) }],
    });
    // The grace is for the command; nothing else is waited for.
    expect(Date.now() - since).toBeGreaterThanOrEqual(GRACE - 500);
  });

  test('ends a worker and a server that never saw their Redis', async () => {
    const redis = await startOwnRedis();
    await redis.dispose();
    const { run } = await place(redis.url, 'signals');
    for (const command of ['worker', 'server --port 0']) {
      const program = run(command);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      program.child.kill('SIGTERM');
      expect(await program.ended).toEqual([0, null]);
      expect(program.err()).toContain('before Redis answered');
    }
  });

  test.each(['stop', 'pause'] as const)(
    'ends whoever follows something (Redis: %s)',
    async (how) => {
      const redis = await startOwnRedis();
      onTestFinished(async () => {
        if (how === 'pause') redis.resume();
        await redis.dispose();
      });
      const { run, ledger } = await place(redis.url, 'signals');
      const worker = run('worker');
      await said(worker.err, 'worker ready');
      const published = run('deploy api 1 --json');
      await published.ended;
      const { id } = JSON.parse(published.out());
      await vi.waitFor(async () => expect(await ledger()).toBe('begins\n'));
      const following = ['events --from beginning', `watch ${id}`, `logs ${id} --follow`].map(run);
      await said(following[0]?.out ?? String, 'planned');
      await said(following[1]?.out ?? String, 'planned');
      // Only who has been answered once has something to follow.
      await said(following[2]?.out ?? String, 'hello');
      await redis[how]();
      for (const { child } of following) child.kill('SIGTERM');
      expect(await Promise.all(following.map(({ ended }) => ended))).toEqual([
        [0, null],
        [143, null],
        [0, null],
      ]);
      worker.child.kill('SIGKILL');
    },
  );
});
