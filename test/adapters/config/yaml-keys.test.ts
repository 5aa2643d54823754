import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/adapters/config/load-config.js';

async function loaded(text: string, name = 'signalbox.config.yaml') {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-keys-'));
  const file = join(folder, name);
  await writeFile(file, text);
  return loadConfig(file);
}
const api = (environments: string) => `
services:
  api:
    driver: { kind: command, argv: [deploy] }
    environments: ${environments}
`;

describe('a key that YAML reads as something else', () => {
  test.each([
    ['1.10', 'a number'],
    ['007', 'a number'],
    ['0x10', 'a number'],
    ['1e3', 'a number'],
    ['.inf', 'a number'],
    ['12:30:45', 'a number'],
    ['no', 'false'],
    ['Off', 'false'],
    ['on', 'true'],
    ['YES', 'true'],
    ['~', 'nothing'],
    ['2024-10-01', 'a date'],
  ])('is refused with its line and column: %s', async (key, kind) => {
    const refused = loaded(api(`{ ${key}: {} }`));

    await expect(refused).rejects.toThrow(
      `:5:21: \`${key}\` without quotes is read as ${kind}, not as a name: write '${key}'`,
    );
  });

  test.each(['1.10', '007', 'no'])('is a name in quotes: %s', async (key) => {
    const { services } = await loaded(api(`{ '${key}': {} }`));
    expect(Object.keys(services['api']?.environments ?? {})).toEqual([key]);
  });

  test('is refused wherever it stands: a service, metadata, labels, variables', async () => {
    const text = `
services:
  2024.10:
    labels: { on: a }
    driver: { kind: command, argv: [deploy], env: { NO: b } }
    targets: [{ id: a, metadata: { 0x10: c } }]
`;
    const refused = await loaded(text).catch(({ message }: Error) => message);
    for (const place of [':3:3: `2024.10`', ':4:15: `on`', ':5:53: `NO`', ':6:36: `0x10`'])
      expect(refused).toContain(place);
  });

  test('is a name in JSON, where every key has quotes', async () => {
    const config = { services: { '2024.10': { driver: { kind: 'command', argv: ['deploy'] } } } };
    const { services } = await loaded(JSON.stringify(config), 'signalbox.config.json');
    expect(Object.keys(services)).toEqual(['2024.10']);
  });
});

describe('pieces that stand once, as in Compose', () => {
  test('are merged with `<<`, and what is said beside it counts', async () => {
    const { services } = await loaded(`
x-common: &common
  driver: { kind: command, argv: [deploy] }
  policy: { retries: 3 }
services:
  api:
    <<: *common
    x-owner: the shop's team
    policy: { retries: 4 }
    environments:
      staging: { x-note: small, policy: { retries: 5 } }
      x-ray: {}
`);
    expect(services['api']).toMatchObject({
      driver: { argv: ['deploy'] },
      policy: { retries: 4 },
      environments: { staging: { policy: { retries: 5 } }, 'x-ray': {} },
    });
    expect(services['api']).not.toHaveProperty('x-owner');
  });

  test('are checked where they are used', async () => {
    const refused = loaded(`
x-common: &common
  driver: { kind: comand }
services:
  api: *common
`);
    await expect(refused).rejects.toThrow('did you mean `command`?');
  });

  test('leave names alone that begin with x-', async () => {
    const text = 'services: { x-api: { driver: { kind: command, argv: [a] } } }';
    expect(Object.keys((await loaded(text)).services)).toEqual(['x-api']);
  });

  test('other unknown fields are still refused', async () => {
    await expect(loaded('y-common: 1\nservices: {}\n')).rejects.toThrow('unknown field `y-common`');
  });
});
