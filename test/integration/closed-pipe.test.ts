import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { CLI } from '../support/cli.js';
import { testRedis } from '../support/redis.js';

/** A shell in which `sb` is the command line, with a worker whose `api` never comes up and whose `web` does. */
async function shell() {
  const { url, namespace } = testRedis();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-closed-pipe-'));
  const service = (script: string) => ({
    driver: { kind: 'command', argv: ['sh', '-c', script] },
    targets: [{ id: 'web-1' }],
    policy: { approval: 'none', onFailure: 'rollback' },
  });
  const services = { api: service('sleep 1; exit 3'), web: service('sleep 1') };
  await writeFile(join(folder, 'signalbox.config.json'), JSON.stringify({ namespace, services }));
  const env = { ...process.env, USER: 'ann', REDIS_URL: url, SIGNALBOX_NAMESPACE: namespace };
  const worker = spawn(process.execPath, [CLI, 'worker'], { cwd: folder, env, stdio: 'ignore' });
  const run = async (script: string) => {
    const sb = `sb() { '${process.execPath}' '${CLI}' "$@"; }`;
    const child = spawn('bash', ['-c', `${sb}; set -o pipefail; ${script}`], { cwd: folder, env });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdout.resume();
    const [code] = await once(child, 'exit');
    return { code, err };
  };
  /** A command to whose output nobody listens from the start. */
  const unread = async (command: string) => {
    const child = spawn(process.execPath, [CLI, ...command.split(' ')], { cwd: folder, env });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const [code] = await once(child, 'exit');
    return { code, err };
  };
  const end = async () => {
    const ended = once(worker, 'exit');
    worker.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { run, unread, end };
}

let at: Awaited<ReturnType<typeof shell>>;
beforeAll(async () => {
  at = await shell();
});
afterAll(() => at.end());

describe('a command whose reader has left', () => {
  test.each([
    ['sb deploy api 1 --wait | head -n 1', 1],
    ['sb deploy api 2 --wait | grep -q planned', 1],
    ['sb deploy api 3 --wait --json | true', 1],
    ['sb deploy web 1 --wait | head -n 1', 0],
  ])('leaves with the outcome: %s: %i', async (script, code) => {
    expect(await at.run(script)).toMatchObject({ code });
  });

  test('ends, where it only prints, as it does of SIGPIPE', async () => {
    await at.run('sb deploy web 2 --wait');
    const commands = ['events --from beginning', 'history web', 'services --json'];
    const ends = commands.map((command) => at.unread(command));
    expect(await Promise.all(ends)).toEqual(commands.map(() => ({ code: 141, err: '' })));
  });
});

test.each(['sb services', 'sb deploy web 3 --wait', 'sb deploy api 4 --wait', 'sb config show'])(
  'says that the disk is full that its output goes to: %s',
  async (command) => {
    const { code, err } = await at.run(`${command} > /dev/full`);
    expect(code).toBe(1);
    expect(err).toBe(
      "error: standard output can't be written (ENOSPC): not everything was printed\n",
    );
  },
);
