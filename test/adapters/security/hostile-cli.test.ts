import { describe, expect, test } from 'vitest';
import { openSession } from '../../../src/app/session/open-session.js';
import { CliWorld } from '../../cli/cli-world.js';
import { FakeDriver } from '../../support/fake-services.js';
import { startPipeline } from '../../support/pipeline.js';
import { CLI_CASES } from './cli-cases.js';
import { fullDump } from './state-dump.js';

/** What a terminal would obey; a line of its own is what every message ends with. */
const STEERING = /(?!\n)[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

async function realCli() {
  const pipeline = await startPipeline({ driver: new FakeDriver() });
  const { url, namespace } = pipeline;
  const env = { USER: 'ada', REDIS_URL: url, SIGNALBOX_NAMESPACE: namespace };
  const world = new CliWorld();
  const run = (argv: readonly string[]) =>
    world.run(argv, { env, openSession: (flags) => openSession(flags, env) });
  return { pipeline, run };
}

describe('a hostile command line', () => {
  test(`is refused in words that no terminal obeys, and changes nothing: ${CLI_CASES.length} of them`, async () => {
    const { pipeline, run } = await realCli();
    const { client } = pipeline.connection;
    const deployed = await run(['deploy', 'api', '1', '--wait']);
    expect(deployed.code).toBe(0);
    const known = withoutTime(await fullDump(client, pipeline.namespace));

    for (const [what, argv, refused] of CLI_CASES) {
      const { code, out, err } = await run(argv);
      expect.soft([1, 2, 5], `${what}: ${out}${err}`).toContain(code);
      expect.soft(`${out}${err}`, what).toContain(refused);
      expect.soft(`${out}${err}`, what).not.toMatch(STEERING);
      expect.soft(`${out}${err}`, what).not.toMatch(/hunter2|\n\s+at .*:\d+:\d+/);
      expect(withoutTime(await fullDump(client, pipeline.namespace)), what).toEqual(known);
    }

    expect((await run(['deploy', 'api', '2', '--wait'])).code).toBe(0);
  });

  test('shows what was stored with control characters as text, in words and as JSON', async () => {
    const { pipeline, run } = await realCli();
    const hostile = 'web\u009b31m\u202egnp\u2028x';
    // Nothing of ours lets C0 in; C1 and the marks of direction are letters to a contract.
    const { deploymentId } = await pipeline.producer.deploy({
      service: 'api',
      version: '1',
      requestedBy: hostile,
      targets: [{ id: 'web-1', name: hostile, address: '127.0.0.1:1' }],
      metadata: { note: `${hostile}\u001b[2J\r\n` },
    });
    await pipeline.until(deploymentId, 'completed');
    for (const argv of [
      ['show', deploymentId],
      ['show', deploymentId, '--json'],
      ['explain', deploymentId],
      ['history'],
      ['history', '--json'],
      ['status'],
      ['services'],
      ['events', '--no-follow', '--from', 'beginning'],
      ['events', '--no-follow', '--from', 'beginning', '--json'],
    ]) {
      const { code, out, err } = await run(argv);
      expect.soft(code, argv.join(' ')).toBe(0);
      expect.soft(`${out}${err}`, argv.join(' ')).not.toMatch(STEERING);
    }
  });
});

/** BullMQ's own notes, and what coordinates the workers, change by themselves. */
const withoutTime = (dump: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map(
    [...dump].filter(
      ([key]) =>
        !/:(?:leader|meta|promotions:cursor|stalled-check|workers:seen|workers:said)$/.test(key),
    ),
  );
