import { expect, test } from 'vitest';
import { UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { settle } from '../../../src/domain/repair/settle.js';
import { API, v, web } from '../../support/fixtures.js';
import { aPlace, NOTE } from './places.js';

test('what a person says of a target that nobody ever called is no deployment’s doing', () => {
  const place = aPlace(null, [], { targets: new Map([[web(2), UNTOUCHED]]) });
  const statement = { service: API, target: web(2), version: v('1.0.0') };
  const answer = settle({ place, deployment: null, failed: null }, statement, NOTE, 5_000);

  expect(answer.ok && answer.value.fact).toMatchObject({ by: null, version: ['1.0.0'] });
});

test('who says what runs on a target has looked where it was before, too', () => {
  const stays = [{ address: '10.0.0.1:80', driver: 'command', version: null }];
  const place = aPlace(null, [], { targets: new Map([[web(2), { ...UNTOUCHED, stays }]]) });
  const statement = { service: API, target: web(2), version: v('1.0.0') };
  const answer = settle({ place, deployment: null, failed: null }, statement, NOTE, 5_000);

  expect(answer.ok && answer.value.fact).not.toHaveProperty('stays');
});
