import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/adapters/config/load-config.js';
import { ConfigError } from '../../../src/contracts/problems/config-error.js';
import { inherited } from '../../contracts/hostile/hostile-values.js';
import { CONFIG_CASES } from './config-cases.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-config-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function refusalOf(text: string, name = 'config.yaml'): Promise<unknown> {
  const file = join(folder, name);
  await writeFile(file, text);
  return loadConfig(file).then(
    () => 'it was taken',
    (error: unknown) => error,
  );
}

describe('a hostile configuration', () => {
  test.each(CONFIG_CASES)('of %s is refused by name', async (_, text, refused) => {
    const before = inherited();
    const refusal = await refusalOf(text);
    expect(refusal).toBeInstanceOf(ConfigError);
    expect(String(refusal)).toContain(refused);
    expect(String(refusal)).not.toContain('hunter2');
    expect(inherited()).toEqual(before);
  });

  test('is told by one that is good', async () => {
    expect(await refusalOf('services: { api: {} }\n')).toBe('it was taken');
  });
});
