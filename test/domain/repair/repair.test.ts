import { describe, expect, test } from 'vitest';
import { deploymentId } from '../../../src/domain/model/ids.js';
import { type Repair, repairKey, repairText } from '../../../src/domain/repair/repair.js';
import { API } from '../../support/fixtures.js';
import { aPlace, entry } from './places.js';

const id = deploymentId('dep_0000000001');
const index = { kind: 'index', deploymentId: id, revision: 1, score: null } as const;
const slot = { kind: 'slot', service: API, deploymentId: id, revision: null } as const;
const one = entry('1.0.0', id);

const REPAIRS: readonly (readonly [Repair, string])[] = [
  [
    { kind: 'recount', status: 'failed', counter: '9', recount: 1, recounts: 0, sequence: 5 },
    'count 1 as failed, not 9',
  ],
  [
    { ...index, place: { name: 'open' }, put: true },
    `put ${id} into the index of open deployments`,
  ],
  [
    { ...index, place: { name: 'due' }, put: false },
    `take ${id} out of the index of due deployments`,
  ],
  [{ ...index, place: { name: 'history' }, put: true }, `put ${id} into the history`],
  [
    { ...index, place: { name: 'service_history', service: API }, put: true },
    `put ${id} into the history of production/api`,
  ],
  [{ ...index, place: { name: 'limit', key: 'k' }, put: false }, `take ${id} out of the limit k`],
  [
    { ...slot, act: 'free' },
    `take the slot of production/api from ${id}, and hand it to the next in line`,
  ],
  [{ ...slot, act: 'give' }, `give the slot of production/api to ${id}`],
  [{ ...slot, act: 'join' }, `put ${id} at the end of the line of production/api`],
  [{ ...slot, act: 'jump' }, `put ${id} at the head of the line of production/api`],
  [{ ...slot, act: 'leave' }, `take ${id} out of the line of production/api`],
  [
    { kind: 'active', had: aPlace(null, []), active: one, stable: [one] },
    `make 1.0.0 of ${id} active in production/api, its stable versions 1.0.0 of ${id}`,
  ],
  [
    { kind: 'active', had: aPlace(null, []), active: { ...one, version: null }, stable: [] },
    `make unknown of ${id} active in production/api, its stable versions empty`,
  ],
  [
    { kind: 'active', had: aPlace(null, []), active: null, stable: [] },
    'make nothing active in production/api, its stable versions empty',
  ],
  [
    {
      ...{ kind: 'field', field: 'status', deploymentId: id, revision: 1 },
      ...{ had: 'failed', value: 'completed' },
    },
    `write status completed in ${id}, not failed`,
  ],
  [
    { kind: 'fence', service: API, had: 1, least: 4 },
    'raise the fence of production/api from 1 to 4',
  ],
];

describe('a repair', () => {
  test.each(REPAIRS)('says what it would do: %#', (repair, text) => {
    expect(repairText(repair)).toBe(text);
  });

  test('is told from every other, and is the same for the same fault found twice', () => {
    const keys = REPAIRS.map(([repair]) => repairKey(repair));

    // What is to be active in a service is one repair, whatever it comes to.
    expect(new Set(keys).size).toBe(keys.length - 2);
  });
});
