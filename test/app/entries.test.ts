import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Every file and package that an entry point loads at once; what is imported on demand does not count. */
function loadedBy(entry: string): readonly string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, specifier = ''] of text.matchAll(
      /^(?:import|export)[^'"]*?from '([^']+)'|^import '([^']+)'/gm,
    )) {
      if (specifier.startsWith('.')) visit(join(dirname(file), specifier));
      else seen.add(specifier);
    }
  };
  visit(join(dist, 'app/entries', entry));
  return [...seen].map((file) => file.replace(dist, ''));
}

describe('a service that only publishes or subscribes', () => {
  test.each(['producer.js', 'events.js'])(
    'loads nothing of drivers, servers or command line through %s',
    (entry) => {
      const loaded = loadedBy(entry);

      expect(loaded.length).toBeGreaterThan(5);
      expect(
        loaded.filter((file) =>
          /^(adapters\/(drivers|probes|embedded|config)|api|cli|workers)/.test(file),
        ),
      ).toEqual([]);
      for (const heavy of ['fastify', 'execa', 'undici', 'commander', 'pino', 'yaml']) {
        expect(loaded).not.toContain(heavy);
      }
    },
  );
});

describe('the package', () => {
  test('has a file for every entry point it names, and names no other', () => {
    const { exports } = JSON.parse(readFileSync(join(dist, '../package.json'), 'utf8'));
    const named = Object.values<{ default?: string }>(exports).flatMap(
      (entry) => entry.default ?? [],
    );

    expect(named.map((path) => path.replace('./dist/app/entries/', '')).toSorted()).toEqual(
      readdirSync(join(dist, 'app/entries'))
        .filter((file) => file.endsWith('.js'))
        .toSorted(),
    );
  });
});

describe('the domain', () => {
  test('reads no clock', () => {
    const domain = fileURLToPath(new URL('../../src/domain/', import.meta.url));
    const files = readdirSync(domain, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );

    expect(files.length).toBeGreaterThan(40);
    expect(
      files.filter((file) => readFileSync(join(domain, file), 'utf8').includes('new Date(')),
    ).toEqual([]);
  });
});
