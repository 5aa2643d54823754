import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pagesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const PAGES = ['.', 'docs', 'docs/adr', 'docs/guides', 'docs/reference'].flatMap(pagesIn);

const namedIn = (text: string): readonly string[] =>
  [...text.matchAll(/`((?:\.ci|bench|deploy|docs|examples|scripts|src|test)\/[^`\s]*)`/g)].map(
    ([, path = '']) => path,
  );

const linkedIn = (text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

/** `*` stands for any letters within a file's name, and so does `<kind>`. */
function exists(named: string): boolean {
  const path = named.replaceAll(/<\w+>/g, '*');
  if (!path.includes('*')) return existsSync(join(root, path));
  const [name = ''] = path.split('/').slice(-1);
  const literal = (part: string): string => part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  const pattern = new RegExp(`^${name.split('*').map(literal).join('[^/]*')}$`);
  return readdirSync(join(root, dirname(path))).some((entry) => pattern.test(entry));
}

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');

  test('names only files that exist', () => {
    expect(namedIn(text).filter((path) => !exists(path))).toEqual([]);
  });

  test('links only to files that exist', () => {
    const from = dirname(page);
    expect(linkedIn(text).filter((target) => !existsSync(join(root, from, target)))).toEqual([]);
  });
});

describe('the threat model', () => {
  const text = readFileSync(join(root, 'docs/security.md'), 'utf8');
  const shown = namedIn(text).filter((path) => path.startsWith('test/'));

  test('names a test for what it claims, dozens of times', () => {
    expect(new Set(shown).size).toBeGreaterThan(40);
  });

  test('names tests that test something', () => {
    for (const path of shown.filter((each) => statSync(join(root, each)).isFile())) {
      const content = readFileSync(join(root, path), 'utf8');
      expect(content, path).toMatch(/\b(?:test|it)(?:\.each\b[\s\S]*?)?\(/);
      expect(content, path).toContain('expect');
    }
  });
});
