import { describe, expect, test } from 'vitest';
import type { RepairSession } from '../../src/cli/session/repair-session.js';
import { AuditWorld } from '../domain/audit/world.js';
import { aPlace, entry } from '../domain/repair/places.js';
import { anId, API } from '../support/fixtures.js';
import { CliWorld } from './cli-world.js';

/** Of a service that a deployment holds, or nobody; whatever is repaired, somebody is faster. */
function session(holder: ReturnType<typeof anId> | null = null): RepairSession {
  const unasked = (): never => {
    throw new Error('not asked for here');
  };
  return {
    audit: new AuditWorld().source,
    repairs: {
      recounts: async () => new Map(),
      unreadable: async () => [],
      place: unasked,
      standing: async () => ({
        ...{ place: aPlace(entry('1.0.0'), [], { holder }), known: new Map() },
        ...{ deployment: null, failed: null },
      }),
      apply: unasked,
      settle: unasked,
      log: unasked,
    },
    close: async () => {},
  };
}

const typed = (argv: readonly string[], given = session(), env = { USER: 'ada' }) =>
  new CliWorld().run(['repair', ...argv], { openRepair: async () => given, env });

const TARGET = ['--target', 'api', 'production', 'web-1'];

describe('signalbox repair', () => {
  test('says that nothing is to be repaired, where nothing is', async () => {
    const { code, out } = await typed([]);

    expect(out).toBe('every guarantee holds: nothing to repair\n');
    expect(code).toBe(0);
  });

  test.each([
    [['--apply'], 'reason: expected with --apply'],
    [['--version', '1'], 'version: expected --target to go with it'],
    [TARGET, 'version: expected with --target'],
    [['--target', 'api', 'web-1', '--version', '1'], 'target: expected <service>'],
    [[...TARGET, 'more', '--version', '1'], 'target: expected <service>'],
    [['--target', 'API', 'production', 'web-1', '--version', '1'], 'target: expected <service>'],
    [[...TARGET, '--version', '1 2'], 'U+0020 (space) at position 2'],
    [['--most', '0'], 'expected a whole number from 1'],
  ])('refuses %j, and names the field', async (argv, message) => {
    const { code, err } = await typed(argv);

    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  test('repairs for nobody who has no name', async () => {
    const said = ['--apply', '--reason', 'why'];
    const { code, err } = await typed(said, session(), {} as { USER: string });

    expect(err).toContain('by: expected --by with a name');
    expect(code).toBe(2);
  });

  test('does not take a word for a target that nobody knows, or of a service that is held', async () => {
    const said = [...TARGET, '--version', '1'];
    const stranger = await typed(said);
    expect(stranger.err).toContain('target: production/api has none called web-1');
    expect(stranger.code).toBe(1);

    const holder = anId();
    const held = await typed(said, session(holder));
    expect(held.err).toContain(`production/api: ${holder} holds its slot; settle it afterwards`);
    expect(held.code).toBe(1);
  });

  test('does not take a word for a service that nothing is called', async () => {
    const known = session();
    const audit = Object.assign(Object.create(known.audit) as RepairSession['audit'], {
      services: async function* services() {
        yield [API];
      },
    });
    const argv = ['--target', 'apii', 'production', 'web-1', '--version', '1'];
    expect(await typed(argv, { ...known, audit })).toMatchObject({
      code: 2,
      err: 'error: service: nothing is called apii (did you mean `api`?): there is api\n',
    });
  });
});
