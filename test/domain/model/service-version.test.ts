import { describe, expect, test } from 'vitest';
import type { StableVersion, TakenBack } from '../../../src/domain/model/active-deployment.js';
import { versionsOf } from '../../../src/domain/model/service-version.js';
import { anId, API, v } from '../../support/fixtures.js';
import { stableOf } from '../reconcile/standing.js';

const [ONE, TWO, THREE, FOUR] = [anId(), anId(), anId(), anId()];

const live = (version: string, id: StableVersion['deploymentId'], since: number) => ({
  ...stableOf(version, id),
  since,
});
const back = (version: string, id: StableVersion['deploymentId'], at: number): TakenBack => ({
  ...{ ...API, version: v(version), deploymentId: id, since: 1, at, by: FOUR },
});
const said = (given: Parameters<typeof versionsOf>[0]) =>
  versionsOf(given).map(({ version, state, since, by, deploymentId }) => ({
    ...{ version, state, since, by, deploymentId },
  }));

describe('the stable versions of a service', () => {
  test('are none where nothing was ever completed', () => {
    expect(versionsOf({ stable: [], takenBack: [], active: null })).toEqual([]);
  });

  test('say which is active, which are under it, and which were taken back: since when and by which deployment', () => {
    const [top, under] = [live('2.0.0', TWO, 20), live('1.0.0', ONE, 10)];

    expect(
      said({ stable: [top, under], takenBack: [back('3.0.0', THREE, 30)], active: top }),
    ).toEqual([
      { version: '2.0.0', state: 'active', since: 20, by: TWO, deploymentId: TWO },
      { version: '1.0.0', state: 'superseded', since: 20, by: TWO, deploymentId: ONE },
      { version: '3.0.0', state: 'rolled_back', since: 30, by: FOUR, deploymentId: THREE },
    ]);
  });

  test('stand there once each, for what is the likeliest to be wanted', () => {
    const [top, under] = [live('2.0.0', THREE, 30), live('1.0.0', TWO, 20)];
    const takenBack = [back('1.0.0', FOUR, 40), back('2.0.0', ONE, 15), back('0.9.0', ONE, 5)];

    expect(said({ stable: [top, under, live('2.0.0', ONE, 10)], takenBack, active: top })).toEqual([
      { version: '2.0.0', state: 'active', since: 30, by: THREE, deploymentId: THREE },
      { version: '1.0.0', state: 'superseded', since: 30, by: THREE, deploymentId: TWO },
      { version: '0.9.0', state: 'rolled_back', since: 5, by: FOUR, deploymentId: ONE },
    ]);
  });

  test('name none as active where a deployment that failed has come since, and nobody knows what runs', () => {
    const top = live('1.0.0', ONE, 10);
    const unknown = { ...API, version: null, deploymentId: TWO, since: 20 };

    expect(said({ stable: [top], takenBack: [], active: unknown })).toEqual([
      { version: '1.0.0', state: 'superseded', since: 20, by: TWO, deploymentId: ONE },
    ]);
    expect(said({ stable: [top], takenBack: [], active: null })).toMatchObject([
      { version: '1.0.0', state: 'active' },
    ]);
  });
});
