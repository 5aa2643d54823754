import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const CORE = ['model', 'reconcile', 'plan', 'orchestrator', 'manager'].map(
  (room) => `src/domain/${room}`,
);

const TYPES = /^export (?:declare )?(?:abstract )?(?:interface|type|class|enum) (\w+)/gm;
/** A constant in capitals is a thing; any other is a function. */
const CONSTANTS = /^export const ([A-Z][A-Z0-9_]*)\b/gm;
/** A name that comes from elsewhere stands where it is declared. */
const PASSED_ON = /^export (?:type )?[{*]/m;

const nounsOf = (source: string): readonly string[] =>
  [TYPES, CONSTANTS].flatMap((pattern) =>
    [...source.matchAll(pattern)].map(([, name = '']) => name),
  );

const sources = CORE.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({
      path: `${folder}/${name}`,
      text: readFileSync(join(root, folder, name), 'utf8'),
    })),
);
const exported = sources.flatMap(({ text }) => nounsOf(text));

const entries = readFileSync(join(root, 'docs/glossary.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('- '));
const explained = entries.map((line) => /^- `(\w+)`: \S/.exec(line)?.[1] ?? line);
const meanings = entries.map((line) => line.replace(/^- `\w+`: /, ''));

const doubled = (names: readonly string[]): readonly string[] =>
  names.filter((name, at) => names.indexOf(name) !== at);
const without = (names: readonly string[], others: readonly string[]): readonly string[] => {
  const known = new Set(others);
  return names.filter((name) => !known.has(name));
};

describe('the glossary of the core', () => {
  test('explains every exported noun', () => {
    expect(without(exported, explained)).toEqual([]);
  });

  test('explains no noun twice', () => {
    expect(doubled(explained)).toEqual([]);
  });

  test('explains nothing that does not exist', () => {
    expect(without(explained, exported)).toEqual([]);
  });

  test('gives no two nouns the same meaning', () => {
    expect(doubled(meanings)).toEqual([]);
  });
});

describe('the core', () => {
  test('gives no two things the same name', () => {
    expect(doubled(exported)).toEqual([]);
  });

  test('exports a name only where it is declared', () => {
    expect(sources.filter(({ text }) => PASSED_ON.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

test('types, classes and constants in capitals are nouns; functions are none', () => {
  const source = `
export interface Effect {}
export type Turn = 'now';
export abstract class Journal<T> {}
export const MOST_STABLE = 50;
export const sure = (): number => 1;
export function look(): void {}
interface Within {}
`;
  expect(nounsOf(source)).toEqual(['Effect', 'Turn', 'Journal', 'MOST_STABLE']);
});
