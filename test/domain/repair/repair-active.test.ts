import { describe, expect, test } from 'vitest';
import type { Folded } from '../../../src/domain/repair/repair-active.js';
import { serviceRemedies } from '../../../src/domain/repair/service-remedies.js';
import type { ServicePlace } from '../../../src/domain/repair/service-place.js';
import { anId, web } from '../../support/fixtures.js';
import { aPlace, entry, finding, told } from './places.js';

const [one, two, gone] = [entry('1.0.0'), entry('2.0.0'), entry('9')];
const TRIMMED: Folded = { whole: false, active: undefined, stable: [] };

const repaired = (place: ServicePlace, folded: Folded = TRIMMED, fence = 0): readonly string[] => {
  const exists = (id: string): boolean => id !== gone.deploymentId;
  return told(serviceRemedies(finding('active_folded'), place, { ...folded, fence }, exists)).map(
    (each) =>
      each
        .replaceAll(one.deploymentId, 'A')
        .replaceAll(two.deploymentId, 'B')
        .replaceAll(gone.deploymentId, 'X'),
  );
};

describe('what is active in a service', () => {
  test('is what the endings lead to, where all of them are known', () => {
    const whole: Folded = { whole: true, active: two, stable: [two, one] };

    expect(repaired(aPlace(gone, [one]), whole)).toEqual([
      'make 2.0.0 of B active in production/api, its stable versions 2.0.0 of B, 1.0.0 of A',
    ]);
    expect(repaired(aPlace(two, [two, one]), whole)).toEqual([]);
    expect(repaired(aPlace('unreadable', [two, 'unreadable']), whole)).toHaveLength(1);
    expect(repaired(aPlace(null, [two, one]), whole)).toHaveLength(1);
    expect(repaired(aPlace(one, [one]), { whole: true, active: null, stable: [] })).toEqual([
      'make nothing active in production/api, its stable versions empty',
    ]);
  });

  test('is repaired also where what it declares is not what its deployment left', () => {
    const other = { ...one, declared: { ...one.declared, missed: [web(1)] } };
    const whole: Folded = { whole: true, active: one, stable: [one] };

    expect(repaired(aPlace(one, [other]), whole)).toEqual([
      'make 1.0.0 of A active in production/api, its stable versions 1.0.0 of A',
    ]);
  });

  test('stays where a person has said what runs, and only the stable versions is as the endings lead to', () => {
    const whole: Folded = { whole: true, active: undefined, stable: [two, one] };

    expect(repaired(aPlace(two, [one]), whole)).toEqual([
      'make 2.0.0 of B active in production/api, its stable versions 2.0.0 of B, 1.0.0 of A',
    ]);
    expect(repaired(aPlace(two, [two, one]), whole)).toEqual([]);
  });

  test('is what the stream tells, over what is kept of an older stable', () => {
    const told2: Folded = { whole: false, active: two, stable: [two] };

    expect(repaired(aPlace(null, ['unreadable', one, gone, one]), told2)).toEqual([
      'make 2.0.0 of B active in production/api, its stable versions 2.0.0 of B, 1.0.0 of A',
    ]);
  });

  test('is unknown where nothing vouches for it', () => {
    expect(repaired(aPlace(gone, [two, gone, one]))).toEqual([
      'make unknown of B active in production/api, its stable versions 2.0.0 of B, 1.0.0 of A',
    ]);
    expect(repaired(aPlace('unreadable', [two]))).toEqual([
      'make unknown of B active in production/api, its stable versions 2.0.0 of B',
    ]);
    expect(repaired(aPlace(one, [two]))).toEqual([
      'make unknown of A active in production/api, its stable versions 2.0.0 of B',
    ]);
    expect(repaired(aPlace(null, [two]))).toEqual([
      'make unknown of B active in production/api, its stable versions 2.0.0 of B',
    ]);
  });

  test('is nothing where nothing is left', () => {
    expect(repaired(aPlace(gone, [gone]))).toEqual([
      'make nothing active in production/api, its stable versions empty',
    ]);
    expect(repaired(aPlace(null, []))).toEqual([]);
  });

  test('stays as it is where it agrees with its stable versions, or is known to be unknown', () => {
    expect(repaired(aPlace(two, [two, one]))).toEqual([]);
    expect(repaired(aPlace({ ...one, version: null }, [two]))).toEqual([]);
  });
});

describe('what helps a service', () => {
  const exists = (): boolean => true;
  const fold = { ...TRIMMED, fence: 7 };

  test('is nothing while a deployment changes it', () => {
    const holder = anId();
    const place = aPlace(gone, [], { holder, busy: true });

    expect(told(serviceRemedies(finding('stable_folded'), place, fold, exists))).toEqual([
      `${holder} changes the service: repair it when that has ended`,
    ]);
  });

  test('is to raise its fence above all that were given', () => {
    const fences = (fence: number, rest = {}) =>
      told(
        serviceRemedies(finding('fence_rising', rest), aPlace(null, [], { fence }), fold, exists),
      );

    expect(fences(3)).toEqual(['raise the fence of production/api from 3 to 7']);
    expect(fences(7)).toEqual([]);
    expect(fences(3, { deploymentId: anId() })).toEqual([
      expect.stringContaining('events are never written by hand'),
    ]);
  });

  test('is to have nobody at its slot who is not there', () => {
    const deploymentId = anId();
    const slot = (holder: typeof deploymentId | null, rest: object = { deploymentId }) =>
      told(serviceRemedies(finding('slot_held', rest), aPlace(null, [], { holder }), fold, exists));

    expect(slot(deploymentId)).toEqual([
      `take the slot of production/api from ${deploymentId}, and hand it to the next in line`,
    ]);
    expect(slot(null)).toEqual([`take ${deploymentId} out of the line of production/api`]);
    expect(slot(null, {})).toEqual([]);
  });
});
