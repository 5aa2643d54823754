import { describe, expect, test } from 'vitest';
import { targetId, type Version } from '../../../src/domain/model/ids.js';
import type { RemovedTarget } from '../../../src/domain/model/plan/removed-target.js';
import { SharedMap } from '../../../src/domain/model/shared-map.js';
import { servingWords } from '../../../src/domain/model/serving.js';
import { nextEffects } from '../../../src/domain/reconcile/next-effects.js';
import { withNamesBack } from '../../../src/domain/reconcile/renamed-back.js';
import type { TargetStatus } from '../../../src/domain/model/target-status.js';
import { aDeployment, after, anId, web } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';
import { running, serving, standing, statusOfWeb, told } from './standing.js';
import { limits, NEW, OLD, serviceOf, wanted } from './statuses.js';

/** web-2 is what the place of web-1 was called meanwhile. */
const renamed = (version: Version = NEW): RemovedTarget => ({
  target: { id: web(2), name: 'web-2', address: '127.0.0.1:8080', metadata: {} },
  ...{ version, by: anId(), fate: 'retire_first', placeOf: web(1), reason: null },
});
const statuses = (...all: readonly TargetStatus[]) =>
  SharedMap.from(
    all.map((status, at) => [web(at + 1), status] as const),
    servingWords,
  );

describe('a target that has its old name again', () => {
  test('has what runs at its place, though nothing was left there under that name', () => {
    const gone = running(null, { by: null, inRotation: [false] });
    const known = withNamesBack(statuses(gone, running('1.0.0')), { removed: [renamed()] });

    expect(known.get(web(1))).toEqual({ ...gone, version: [NEW] });
    expect(known.get(web(2))).toEqual(running('1.0.0'));
  });

  test('keeps what is known of it where something of ours is there by that name', () => {
    const known = statuses(running('0.9.0'), running('1.0.0'));

    expect(withNamesBack(known, { removed: [renamed()] })).toBe(known);
    expect(withNamesBack(known, { removed: [] })).toBe(known);
    const { placeOf: _, ...left } = renamed();
    expect(withNamesBack(known, { removed: [left] })).toBe(known);
  });

  test('is not put back into rotation while what runs there is about to be removed', () => {
    const service = serviceOf(
      running('0.9.0', { inRotation: [false] }),
      running('0.9.0', { inRotation: [false], left: true }),
    );
    const desired = { ...wanted([web(2)], {}, null), isDeclared: () => true };
    const mateOf = (id: string) => (id === web(1) ? web(2) : web(1));

    expect(nextEffects(service, desired, limits({ mateOf }))).toEqual({
      kind: 'effects',
      effects: [{ kind: 'apply', target: web(2), version: null }],
    });
    const turnOf = () => 'given_up' as const;
    expect(nextEffects(service, desired, limits({ mateOf, turnOf }))).toMatchObject({
      effects: expect.arrayContaining([{ kind: 'admit', target: web(1) }]),
    });
  });

  test('is to be put back from the moment that the removal of what runs there begins', () => {
    const plan = {
      ...aDeployment().plan,
      removed: [{ ...renamed(OLD), target: { ...renamed().target, id: targetId('old-1') } }],
    };
    const begun = after({ ...aDeployment(), plan }, give.approve, give.begin);
    const from = standing(begun, serving('0.9.0'));
    const retiring = { ...give.startRetire(web(1)), target: targetId('old-1') };

    expect(statusOfWeb(told(from, retiring), 1)).toMatchObject({ by: begun.id });
  });
});
