import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { referenceFiles } from '../../scripts/reference-files.js';
import { withRights } from '../../scripts/rights-section.js';

const folder = new URL('../../docs/reference/', import.meta.url);

describe('the reference pages', () => {
  test.each([...referenceFiles()])(
    '%s says what the contracts say (npm run reference)',
    (name, content) => {
      expect(readFileSync(new URL(name, folder), 'utf8')).toBe(content);
    },
  );

  test('hold nothing that the contracts no longer have', () => {
    expect(readdirSync(folder).toSorted()).toEqual([...referenceFiles().keys()].toSorted());
  });

  test('agree with the threat model on who may what', () => {
    const page = readFileSync(new URL('../security.md', folder), 'utf8');
    expect(withRights(page)).toBe(page);
    expect(() => withRights('# no marks')).toThrow('expected the marks');
  });
});
