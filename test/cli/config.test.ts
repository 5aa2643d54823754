import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CliWorld } from './cli-world.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-config-'));
  file = join(folder, 'shop.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

const GOOD = `services:
  api:
    driver: { kind: command, argv: [./deploy.sh, "{version}"] }
    targets: [{ id: web-1 }]
  web: {}
`;

async function run(text: string, ...argv: readonly string[]) {
  const world = new CliWorld();
  world.failToOpen = new Error('no Redis here');
  await writeFile(file, text);
  return world.run(argv.map((part) => part.replace('FILE', file)));
}

describe('config check', () => {
  test('says that a configuration is good, without a Redis', async () => {
    expect(await run(GOOD, 'config', 'check', '--config', 'FILE')).toEqual({
      code: 0,
      out: `${file} is valid: 2 services\n`,
      err: '',
    });
    expect((await run('services: { a: {} }', 'config', 'check', '--config', 'FILE')).out).toBe(
      `${file} is valid: 1 service\n`,
    );
    const { out } = await run(GOOD, 'config', 'check', '--config', 'FILE', '--json');
    expect(JSON.parse(out)).toEqual({ file, valid: true, services: ['api', 'web'] });
  });

  test('names every problem on a line of its own, and leaves with 1', async () => {
    const bad = GOOD.replace('targets', 'tragets').replace('argv', 'agv');
    const { code, out, err } = await run(bad, 'config', 'check', '--config', 'FILE');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.split('\n')).toEqual([
      `error: ${file} is not usable, 2 problems:`,
      expect.stringMatching(
        /:3:30: services\.api\.driver\.agv: unknown field `agv` \(did you mean `argv`\?\)/,
      ),
      expect.stringMatching(/:4:5: services\.api\.tragets: .*\(did you mean `targets`\?\)/),
      '',
    ]);
  });

  test('gives programs the problems one by one', async () => {
    const bad = GOOD.replace('targets', 'tragets');
    const { err } = await run(bad, 'config', 'check', '--config', 'FILE', '--json');
    expect(JSON.parse(err.trim().split('\n').at(-1) ?? '')).toMatchObject({
      error: {
        problems: [{ path: 'services.api.tragets', place: { line: 4, column: 5 } }],
      },
    });
  });

  test('says that there is no such file', async () => {
    const { code, err } = await run(GOOD, 'config', 'check', '--config', '/nowhere.yaml');
    expect({ code, err }).toEqual({ code: 1, err: 'error: no configuration at /nowhere.yaml\n' });
  });
});

describe('config show', () => {
  const SHOWN = GOOD.replace('argv: [', 'env: { TOKEN: hunter2, OTHER: "env:OTHER" }, argv: [');

  test('prints what holds for a service, as YAML, with secrets hidden', async () => {
    const { code, out, err } = await run(SHOWN, 'config', 'show', 'api', '--config', 'FILE');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('service: api\nenvironment: production\n');
    expect(out).toContain('    TOKEN: "***"\n    OTHER: env:OTHER\n');
    expect(out).toContain('  timeout: 15m\n');
    expect(out).not.toContain('hunter2');
  });

  const staged = `${SHOWN.replace('  web: {}\n', '')}    environments: { staging: {} }\n`;

  test('prints JSON for programs', async () => {
    const argv = ['config', 'show', 'api', '-e', 'staging', '--json', '--config', 'FILE'];
    const { out } = await run(staged, ...argv);
    expect(JSON.parse(out)).toMatchObject({ service: 'api', environment: 'staging' });
  });

  test('refuses an environment that the service does not have, and names those that it has', async () => {
    const { code, err } = await run(
      staged,
      'config',
      'show',
      'api',
      '-e',
      'stagin',
      '--config',
      'FILE',
    );
    expect(code).toBe(2);
    expect(err).toContain(
      'environment: api has no environment stagin (did you mean `staging`?): configured are production, staging',
    );
  });

  test('prints all of it where no service is named', async () => {
    const { out } = await run(SHOWN, 'config', 'show', '--config', 'FILE', '--json');
    expect(JSON.parse(out)).toMatchObject({ services: { api: { production: {} }, web: {} } });
  });

  test.each([
    [
      ['apii'],
      'service: unknown service production/apii (did you mean `api`?): configured are api, web',
    ],
    [['API'], '(did you mean `api`?)'],
    [['-e', 'staging'], '--environment: name a service, too'],
  ])('leaves with 2 for %j', async (argv, said) => {
    const { code, err } = await run(SHOWN, 'config', 'show', ...argv, '--config', 'FILE');
    expect(code).toBe(2);
    expect(err).toContain(said);
  });
});
