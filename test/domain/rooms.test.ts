import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url));
/** A folder that one can still look over. */
const MOST_FILES = 17;

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const foldersOf = (names: readonly string[]): readonly string[] => [
  ...new Set(names.map((name) => dirname(name))),
];
const folders = foldersOf(files);

/** Which folders the files of a folder import from. */
const imports = new Map(
  folders.map((folder) => {
    const own = files.filter((name) => dirname(name) === folder);
    const specifiers = own.flatMap((name) => {
      const text = readFileSync(join(SOURCE, name), 'utf8');
      return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, said = '']) =>
        dirname(normalize(join(dirname(name), said))),
      );
    });
    return [folder, new Set(specifiers.filter((other) => other !== folder))] as const;
  }),
);

/** Everything that a folder leads to, over any number of others. */
function reachedFrom(start: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const next of imports.get(folder) ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return reached;
}

describe('the rooms of the source', () => {
  test('are connected by imports at all', () => {
    expect(reachedFrom('app').size).toBeGreaterThan(folders.length / 2);
  });

  test('never import each other in a circle, whichever files it takes', () => {
    expect(folders.filter((folder) => reachedFrom(folder).has(folder))).toEqual([]);
  });

  test(`hold no more than ${MOST_FILES} files each`, () => {
    const crowded = folders.filter(
      (folder) => files.filter((name) => dirname(name) === folder).length > MOST_FILES,
    );
    expect(crowded).toEqual([]);
  });

  test("the core's types import nothing but each other", () => {
    const outside = [...imports].flatMap(([folder, its]) =>
      folder.startsWith('domain/model')
        ? [...its].filter((to) => !to.startsWith('domain/model'))
        : [],
    );
    expect(outside).toEqual([]);
  });
});
