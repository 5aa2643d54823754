import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { identify, isAlive } from '../../../src/adapters/drivers/process/process-identity.js';
import { healthProbeSuite } from '../../suites/health-probe.suite.js';
import { never, probe, subject } from './probe-fixtures.js';

const command = (argv: readonly string[], settings: Record<string, unknown> = {}) =>
  probe({ kind: 'command', argv, ...settings });

healthProbeSuite('the command probe', () =>
  Promise.resolve({
    subject: subject(),
    good: command(['true']),
    bad: command(['false']),
    blind: command(['no-such-command-here']),
    slow: { probe: command(['sleep', '60'], { timeout: 200 }), status: 'unhealthy' },
  }),
);

describe('a command check', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('shows the exit code and the last line that was said', async () => {
    const seen = await command(['sh', '-c', 'echo fine; echo "lag 90s" >&2; exit 4']).observe(
      subject(),
      never(),
    );
    expect(seen).toMatchObject({
      status: 'unhealthy',
      message: 'exited with 4, expected 0: lag 90s',
      details: { exitCode: 4 },
    });
  });

  it('that takes too long leaves nothing behind, also of what left its process group', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'signalbox-check-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const script = "setsid sh -c 'echo $$ > pid; exec sleep 600' & sleep 600";
    const settings = { cwd: folder, timeout: 1_000 };
    const seen = await command(['sh', '-c', script], settings).observe(subject(), never());
    expect(seen.status).toBe('unhealthy');
    const left = identify(Number(await readFile(join(folder, 'pid'), 'utf8')));
    expect(left === null || !isAlive(left)).toBe(true);
  });

  it('may expect another exit code than 0', async () => {
    const seen = await command(['sh', '-c', 'exit 4'], { expectedExitCode: 4 }).observe(
      subject(),
      never(),
    );
    expect(seen.status).toBe('healthy');
  });

  it('looks for text on the standard output only, with the version filled in', async () => {
    const settings = { expectedOutput: 'v{version}' };
    const out = command(['sh', '-c', 'echo running v1.4.2'], settings);
    const err = command(['sh', '-c', 'echo running v1.4.2 >&2'], settings);
    expect(await out.observe(subject(), never())).toMatchObject({ status: 'healthy' });
    expect(await err.observe(subject(), never())).toMatchObject({ status: 'unhealthy' });
  });

  it('hands a hostile name over as one literal argument', async () => {
    const name = '$(touch /tmp/x); `id` "quoted" *';
    const seen = await command(['printf', '%s', '{target.name}'], { expectedOutput: name }).observe(
      subject({ name }),
      never(),
    );
    expect(seen.status).toBe('healthy');
  });

  it("gives the command only what was configured of the worker's environment", async () => {
    vi.stubEnv('REDIS_URL', 'redis://:tops3cret@localhost');
    vi.stubEnv('CHECK_TOKEN', 'tok3n-value');
    const seen = await command(
      [
        'sh',
        '-c',
        '[ -z "${REDIS_URL+set}" ] && [ "$SIGNALBOX_TARGET_ID" = web-1 ] && echo "$TOKEN" && exit 9',
      ],
      { env: { TOKEN: 'env:CHECK_TOKEN' } },
    ).observe(subject(), never());
    expect(seen).toMatchObject({
      details: { exitCode: 9 },
      message: 'exited with 9, expected 0: ***',
    });
  });

  it('can not look where the environment that it needs is not set', async () => {
    const seen = await command(['true'], { env: { TOKEN: 'env:NOT_SET_HERE' } }).observe(
      subject(),
      never(),
    );
    expect(seen).toMatchObject({ status: 'unknown' });
  });

  it('can not look from a folder that is not there', async () => {
    const seen = await command(['true'], { cwd: '/no/such/folder' }).observe(subject(), never());
    expect(seen).toMatchObject({ status: 'unknown' });
  });
});
