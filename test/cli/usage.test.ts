import { beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionFlags } from '../../src/cli/session/connection-flags.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
beforeEach(() => {
  world = new CliWorld();
});

describe('a wrong command line', () => {
  it.each([
    [['stauts'], "error: unknown command 'stauts' (Did you mean status?)\n"],
    [['status', '--jsn'], "error: unknown option '--jsn' (Did you mean --json?)\n"],
    [['deploy', 'api'], "error: missing required argument 'version'\n"],
    [
      ['deploy', 'api', '1', '--strategy', 'yolo'],
      "error: option '--strategy <kind>' argument 'yolo' is invalid. Allowed choices are rolling, canary, blue_green, feature_flag.\n",
    ],
    [
      ['deploy', 'api', '1', '--batch-size', 'many'],
      "error: option '--batch-size <amount>' argument 'many' is invalid. expected a number or a share like 25%\n",
    ],
    [
      ['deploy', 'api', '1', '--delay', 'soon'],
      `error: option '--delay <time>' argument 'soon' is invalid. expected a duration such as "30s" or "5m", at most 30 days\n`,
    ],
    [
      ['deploy', 'api', '1', '--stages', '10,,200'],
      "error: option '--stages <percents>' argument '10,,200' is invalid. expected percentages such as 10,50,100\n",
    ],
    [
      ['deploy', 'api', '1', '--metadata', 'commit'],
      "error: option '--metadata <key=value>' argument 'commit' is invalid. expected key=value\n",
    ],
    [
      ['deploy', 'api', '1', '--stages', '50', '--delay', '1s'],
      'error: strategy: --stages is no flag of rolling\n',
    ],
    [
      ['deploy', 'api', '1', '--strategy', 'canary', '--strategy-json', '{"kind":"rolling"}'],
      "error: strategy: --strategy-json says it all, it can't go with --strategy\n",
    ],
    [
      ['deploy', 'api', '1', '--by', 'a\u001bb'],
      "error: option '--by <who>' argument 'a\\x1bb' is invalid. expected one line without control characters\n",
    ],
    [['server', '--port', '70000'], /--port <n>.*expected a whole number from 0 to 65535\n$/],
    [['status', '--namespace', 'a}b'], /^error: namespace: /],
    [['deploy', 'api', '1', '--strategy-json', '{'], /expected JSON such as/],
    [['deploy', 'api', '1', '--strategy-json', '{"kind":"x"}'], /strategy\.kind: /],
  ])('%j leaves with 2 and one line that names what is wrong', async (argv, said) => {
    const { code, out, err } = await world.run(argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    if (typeof said === 'string') expect(err).toBe(said);
    else expect(err).toMatch(said);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(world.worker.published).toEqual([]);
  });

  it('is told as JSON too with --json', async () => {
    const { code, err } = await world.run(['histroy', '--json']);
    expect(code).toBe(2);
    const [, json] = err.trimEnd().split('\n');
    expect(JSON.parse(json ?? '')).toEqual({
      error: { message: "unknown command 'histroy' (Did you mean history?)" },
    });
  });

  it('prints the help on stderr where no command was named', async () => {
    const { code, out, err } = await world.run([]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^Usage: signalbox/);
  });
});

describe('help', () => {
  it('says which version this is', async () => {
    expect(await world.run(['--version'])).toMatchObject({ code: 0, out: '1.2.3\n' });
  });

  it('is printed and leaves with 0', async () => {
    const { code, out } = await world.run(['--help']);
    expect(code).toBe(0);
    for (const name of ['up', 'worker', 'server', 'plan', 'deploy', 'approve', 'reject']) {
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    for (const name of ['rollback', 'status', 'services', 'history', 'show', 'watch', 'events']) {
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    for (const name of ['promote', 'pause', 'resume', 'abort', 'retry', 'override', 'explain']) {
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    for (const name of ['freeze', 'unfreeze', 'freezes', 'release-automation', 'release']) {
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    expect((await world.run(['deploy', '--help'])).out).toContain('--batch-size <amount>');
  });
});

describe('the connection', () => {
  it('is what the flags or the environment say', async () => {
    const seen: ConnectionFlags[] = [];
    const openSession = async (options: ConnectionFlags) => {
      seen.push(options);
      return world.session();
    };
    world.env = { SIGNALBOX_NAMESPACE: 'blue' };
    await world.run(['services'], { openSession });
    await world.run(['services', '--redis', 'redis://r:1', '--namespace', 'green'], {
      openSession,
    });
    expect(seen).toEqual([
      { redis: undefined, namespace: 'blue' },
      { redis: 'redis://r:1', namespace: 'green' },
    ]);
    expect(world.closed).toBe(2);
  });

  it('leaves with 1 and says so when Redis is away', async () => {
    world.failToOpen = new Error('Redis is away: connect ECONNREFUSED 127.0.0.1:1');
    expect(await world.run(['status', '--json'])).toEqual({
      code: 1,
      out: '',
      err: 'error: Redis is away: connect ECONNREFUSED 127.0.0.1:1\n{"error":{"message":"Redis is away: connect ECONNREFUSED 127.0.0.1:1"}}\n',
    });
  });

  it('leaves with 2 for an address that is none', async () => {
    world.failToOpen = new TypeError('"nonsense" is not a Redis address');
    const { code, err } = await world.run(['status', '--redis', 'nonsense']);
    expect(code).toBe(2);
    expect(err).toBe('error: redis: "nonsense" is not a Redis address\n');
  });

  it('is closed when the command fails, too', async () => {
    await world.run(['show', 'dep_0123456789']);
    expect(world.closed).toBe(1);
  });
});
