import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { checkConfig, loadConfig } from '../../../src/adapters/config/load-config.js';
import { ConfigError } from '../../../src/contracts/problems/config-error.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-config-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function refusalOf(text: string, name = 'signalbox.config.yaml'): Promise<ConfigError> {
  const file = join(folder, name);
  await writeFile(file, text);
  const refused: unknown = await loadConfig(file).then(
    () => 'it was taken',
    (error: unknown) => error,
  );
  if (!(refused instanceof ConfigError)) throw new Error(String(refused));
  return refused;
}
const linesOf = ({ message }: ConfigError): readonly string[] =>
  message.replaceAll(`${folder}/`, '').split('\n');

describe('a configuration in YAML that is not usable', () => {
  test('has one line a problem, in the order of the file, with file, line and column', async () => {
    const refused = await refusalOf(`services:
  api:
    driver: { kind: comand, argv: [deploy] }
    polcy: {}
    policy: &strict
      retries: 99
    environments:
      EU-West: {}
      eu:
        policy: *strict
        checks:
          - kind: http
`);
    expect(linesOf(refused)).toEqual([
      'signalbox.config.yaml is not usable, 6 problems:',
      'signalbox.config.yaml:3:21: services.api.driver.kind: expected one of command, local_process (did you mean `command`?)',
      expect.stringMatching(
        /^signalbox\.config\.yaml:4:5: services\.api\.polcy: unknown field `polcy` \(did you mean `policy`\?\): allowed are driver, /,
      ),
      'signalbox.config.yaml:6:16: services.api.policy.retries: Too big: expected number to be <=20',
      // An alias: where it was written.
      'signalbox.config.yaml:6:16: services.api.environments.eu.policy.retries: Too big: expected number to be <=20',
      expect.stringMatching(
        /^signalbox\.config\.yaml:8:7: services\.api\.environments\.EU-West: `EU-West` is not a valid environment name: .*\(did you mean `eu-west`\?\)$/,
      ),
      'signalbox.config.yaml:12:13: services.api.environments.eu.checks.0.url: is missing: expected text',
    ]);
    expect(refused.problems[1]).toEqual({
      path: 'services.api.polcy',
      message: expect.stringContaining('unknown field `polcy`'),
      place: { line: 4, column: 5 },
    });
  });

  test('names windows that never occur and placeholders that nothing fills', async () => {
    const refused = await refusalOf(`services:
  api:
    driver:
      kind: command
      argv: [deploy, "{targt.id}"]
    checks:
      - { kind: tcp, address: "{target.adress}" }
windows:
  - { kind: deny, rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", duration: 1h, timeZone: UTC }
`);
    expect(linesOf(refused)).toEqual([
      expect.stringContaining('3 problems'),
      expect.stringMatching(
        /:4:7: services\.api\.driver: \{targt\.id\} is no placeholder \(did you mean `target\.id`\?\)/,
      ),
      expect.stringMatching(
        /:7:9: services\.api\.checks\.0: \{target\.adress\} is no placeholder \(did you mean `target\.address`/,
      ),
      expect.stringMatching(/:9:26: windows\.0\.rrule: /),
    ]);
  });

  test.each([
    ['services:\n  api: {}\n  api: {}\n', [':3:3: Map keys must be unique']],
    ['services:\n\tapi: {}\n', [':2:1: Tabs are not allowed as indentation']],
    ['services: { api: {}\n', [':2:1: Flow map']],
    ['services: *nowhere\n', [': Unresolved alias']],
    ['', [':1:1: is empty: expected a mapping']],
  ])('of a syntax that is none says where: %j', async (text, said) => {
    const lines = linesOf(await refusalOf(text)).slice(1);
    expect(lines).toHaveLength(said.length);
    for (const [nth, part] of said.entries()) expect(lines[nth]).toContain(part);
  });
});

describe('a configuration in JSON that is not usable', () => {
  test('has file, line and column as well', async () => {
    const text = JSON.stringify({ services: { api: { polcy: {} } } }, null, 2);
    expect(linesOf(await refusalOf(text, 'c.json'))).toEqual([
      'c.json is not usable, 1 problem:',
      expect.stringMatching(/^c\.json:4:7: services\.api\.polcy: unknown field `polcy`/),
    ]);
    expect(linesOf(await refusalOf('{\n  "services": {\n', 'c.json'))[1]).toMatch(/^c\.json:3:1: /);
  });
});

test('a configuration from a program has no lines, and names the field', () => {
  expect(() => checkConfig({ services: { api: { polcy: {} } } })).toThrow(
    'the configuration: services.api.polcy: unknown field `polcy` (did you mean `policy`?)',
  );
});

test('a module that awaits what never comes is told of after 10 s, and refused after 60 s', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => {
    vi.useRealTimers();
    told.mockRestore();
  });
  const text = 'await new Promise(() => {});\nexport default {};';
  const refused = refusalOf(text, 'signalbox.config.ts');
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(1), { interval: 1 });

  await vi.advanceTimersByTimeAsync(10_000);
  expect(told.mock.calls.join('')).toMatch(/signalbox\.config\.ts has not loaded yet: it awaits/);
  await vi.advanceTimersByTimeAsync(50_000);

  expect((await refused).message).toMatch(
    /signalbox\.config\.ts could not be loaded: .*did not come within 60 s/,
  );
});
