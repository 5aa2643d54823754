import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { referenceFiles } from '../../scripts/reference-files.js';

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
});
