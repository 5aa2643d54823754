import { describe, expect, it } from 'vitest';
import { tokenHash } from '../../src/contracts/values/access-token.js';
import { SecuritySchema } from '../../src/contracts/config/security.schema.js';
import { CliWorld } from './cli-world.js';

describe('token create', () => {
  it('prints the token alone, and beside it what the configuration needs', async () => {
    const { code, out, err } = await new CliWorld().run([
      'token',
      'create',
      '--role',
      'deployer',
      '--name',
      'ci',
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(/^sbx_[\w-]{43}\n$/);
    expect(err).toContain(`{ name: "ci", role: deployer, hash: "${tokenHash(out.trim())}" }`);
    expect(err).not.toContain(out.trim());
  });

  it('is a new one each time, and JSON where asked', async () => {
    const create = async () => {
      const { out } = await new CliWorld().run([
        'token',
        'create',
        '--role',
        'admin',
        '--name',
        'ann',
        '--json',
      ]);
      return JSON.parse(out) as { token: string; name: string; role: string; hash: string };
    };
    const [one, two] = [await create(), await create()];
    expect(one.token).not.toBe(two.token);
    const { token, ...entry } = one;
    expect(entry.hash).toBe(tokenHash(token));
    expect(SecuritySchema.parse({ tokens: [entry] }).tokens).toEqual([entry]);
  });

  it.each([
    [['token', 'create', '--name', 'ci'], '--role'],
    [['token', 'create', '--role', 'root', '--name', 'ci'], 'root'],
    [['token', 'create', '--role', 'admin'], '--name'],
    [['token', 'create', '--role', 'admin', '--name', ' '], 'name: expected one line'],
    [['token', 'create', '--role', 'admin', '--name', 'a\u001b[31m'], 'name: expected one line'],
  ])('%j is a mistake that is told', async (argv, said) => {
    const { code, out, err } = await new CliWorld().run(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(said);
  });
});
