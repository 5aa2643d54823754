import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PLANTED_BACK } from './planted-back.js';
import { PLANTED_FAULTS } from './planted-faults.js';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

const planted = [...PLANTED_FAULTS, ...PLANTED_BACK].flatMap(({ says, also = [], ...place }) =>
  [place, ...also].map((each) => ({ ...each, says })),
);

test.each(planted)(
  'the line that is changed so that $says stands in $file once',
  ({ file, search }) => {
    expect(readFileSync(`${SOURCE}${file}`, 'utf8').split(search)).toHaveLength(2);
  },
);
