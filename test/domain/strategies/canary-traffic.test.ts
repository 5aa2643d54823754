import { describe, expect, test } from 'vitest';
import type { CanarySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { coloured, equipped, inputOf, refused, sketched } from './sketch.js';

const canary = (spec: Omit<CanarySpec, 'kind'>): CanarySpec => ({ kind: 'canary', ...spec });

describe('a canary by weight, with colours', () => {
  test('brings the idle colour up without traffic, then gives it the live one’s, stage by stage', () => {
    const spec = canary({ traffic: true, stages: [10, 100], wait: 60 });

    expect(sketched(spec, coloured(4, 2))).toEqual([
      'deploy 3,4',
      'check 3,4',
      'shift 10% to 3,4 from 1,2',
      'wait 60',
      'check 3,4',
      'shift 100% to 3,4 from 1,2',
    ]);
  });

  test('keeps capacity apart from traffic', () => {
    const stages = [
      { targets: 50 },
      { weight: 20 },
      { targets: 75 },
      { weight: 80, targets: 75 },
      100,
    ];

    expect(sketched(canary({ stages }), coloured(8, 4, { checked: false }))).toEqual([
      'deploy 5,6',
      'shift 20% to 5,6 from 1,2,3,4',
      'deploy 7',
      'shift 20% to 5,6,7 from 1,2,3,4',
      'shift 80% to 5,6,7 from 1,2,3,4',
      'deploy 8',
      'shift 100% to 5,6,7,8 from 1,2,3,4',
    ]);
  });

  test('brings up as many targets as a weight is worth, where one stage says how many', () => {
    const stages = [{ targets: 25, weight: 10 }, 50, 100];

    expect(sketched(canary({ stages }), coloured(8, 4, { checked: false }))).toEqual([
      'deploy 5',
      'shift 10% to 5 from 1,2,3,4',
      'deploy 6',
      'shift 50% to 5,6 from 1,2,3,4',
      'deploy 7,8',
      'shift 100% to 5,6,7,8 from 1,2,3,4',
    ]);
  });

  test('gives everything at once where nothing is live', () => {
    const spec = canary({ traffic: true, stages: [10, 50, 100], wait: 60 });

    expect(sketched(spec, coloured(2, 0))).toEqual([
      'deploy 1,2',
      'check 1,2',
      'shift 100% to 1,2 from -',
    ]);
  });

  test('first takes from the idle colour what a deployment that ended half-way left it', () => {
    const spec = canary({ traffic: true, stages: [100] });

    expect(sketched(spec, coloured(2, 1, { idleServes: true }))).toEqual([
      'shift 100% to 1 from -',
      'deploy 2',
      'check 2',
      'shift 100% to 2 from 1',
    ]);
  });

  test('stops at gates, and analyses each stage but the last beside the live colour', () => {
    const stages = [{ weight: 10, gate: { name: 'look' } }, 50, 100];
    const spec = canary({ stages, traffic: true, analysis: { name: 'errors' } });

    expect(sketched(spec, coloured(2, 1, { checked: false }))).toEqual([
      'deploy 2',
      'shift 10% to 2 from 1',
      'inline errors of 2 beside 1',
      'gate look ever abort',
      'shift 50% to 2 from 1',
      'inline errors of 2 beside 1',
      'shift 100% to 2 from 1',
    ]);
  });
});

describe('a canary by weight, in place', () => {
  test('takes the traffic from each batch before it is touched, and is even in the end', () => {
    expect(sketched(canary({ traffic: true, stages: [25, 50, 100] }), equipped(4))).toEqual([
      'shift 100% to 2,3,4 from -',
      'deploy 1',
      'check 1',
      'shift 25% to 1 from 2,3,4',
      'shift 33.333% to 1 from 3,4',
      'deploy 2',
      'check 2',
      'shift 50% to 1,2 from 3,4',
      'shift 100% to 1,2 from -',
      'deploy 3,4',
      'check 3,4',
      'shift 100% to 1,2,3,4 from -',
    ]);
  });

  test('takes no more at once than may be out of service, and shares out by capacity meanwhile', () => {
    const spec = canary({ traffic: true, stages: [25, 100], maxUnavailable: 1 });

    expect(sketched(spec, equipped(4, { checked: false }))).toEqual([
      'shift 100% to 2,3,4 from -',
      'deploy 1',
      'shift 25% to 1 from 2,3,4',
      'shift 33.333% to 1 from 3,4',
      'deploy 2',
      'shift 66.667% to 1,2 from 4',
      'deploy 3',
      'shift 100% to 1,2,3 from -',
      'deploy 4',
      'shift 100% to 1,2,3,4 from -',
    ]);
  });

  test('shifts nothing twice: not with no weight yet, nor with all of it already', () => {
    const early = canary({ stages: [{ targets: 50, weight: 0 }, 100] });
    const late = canary({ stages: [{ targets: 50, weight: 100 }, { targets: 100 }] });

    expect(sketched(early, equipped(2, { checked: false }))).toEqual([
      'shift 100% to 2 from -',
      'deploy 1',
      'shift 100% to 1 from -',
      'deploy 2',
      'shift 100% to 1,2 from -',
    ]);
    expect(sketched(late, equipped(2, { checked: false }))).toEqual([
      'shift 100% to 2 from -',
      'deploy 1',
      'shift 100% to 1 from 2',
      'deploy 2',
      'shift 100% to 1,2 from -',
    ]);
  });

  test('refuses to take all targets away at once', () => {
    expect(refused(canary({ traffic: true }), equipped(1))).toMatchObject({
      path: 'strategy.stages.0',
      message: expect.stringContaining('takes all 1 targets at once'),
    });
    expect(refused(canary({ stages: [{ weight: 10, targets: 100 }, 100] }), equipped(3)).path).toBe(
      'strategy.stages.0',
    );
  });

  test('refuses a share of the traffic that no target would be left to serve', () => {
    const stages = [{ weight: 10 }, { weight: 50, targets: 100 }, 100];

    expect(refused(canary({ stages }), equipped(3))).toMatchObject({
      path: 'strategy.stages.1.targets',
      message: expect.stringContaining('the other 50% of the traffic'),
    });
  });

  test.each<[string, CanarySpec['stages'], string, string]>([
    ['a number', [99.9, 100], '.0', '99.9% takes all 3 targets'],
    ['a weight', [{ weight: 99.9 }, 100], '.0.weight', '99.9% takes all 3 targets'],
    ['targets', [{ weight: 99.9, targets: 66.7 }, 100], '.0.targets', '66.7% takes all 3 targets'],
  ])('says of %s that is too much what was written, and where', (_, stages, path, message) => {
    const refusal = refused(canary({ traffic: true, stages, maxUnavailable: 2 }), equipped(3));

    expect(refusal.path).toBe(`strategy.stages${path}`);
    expect(refusal.message).toContain(message);
    expect(refusal.message).toContain('the other 0.1% of the traffic');
  });

  test('refuses what would be too large to keep', () => {
    const spec = canary({ traffic: true, maxUnavailable: 1 });

    expect(refused(spec, equipped(1_000))).toMatchObject({ path: 'strategy' });
  });

  test('refuses a stage that would leave too few targets with traffic', () => {
    const stages = [{ targets: 50, weight: 100 }, { targets: 100 }];

    expect(refused(canary({ stages, maxUnavailable: 1 }), equipped(4))).toMatchObject({
      path: 'strategy.maxUnavailable',
      message: expect.stringContaining(
        'all traffic on 2 targets, which 4 targets have before, and at least 3 have to serve',
      ),
    });
  });
});

describe('the stages of a canary by weight', () => {
  test.each<[string, CanarySpec['stages'], string, string]>([
    ['that fall', [50, 20, 100], '.1', 'from 50 to 100'],
    ['that fall in full', [50, { weight: 20.5 }, 100], '.1.weight', 'from 50 to 100'],
    ['beyond all', [110], '.0', 'from 0 to 100'],
    ['of no number', [Number.NaN, 100], '.0', 'from 0 to 100'],
    [
      'of no weight',
      [{ weight: 0 }, { targets: 50, weight: 1 }, 100],
      '.0.weight',
      'targets as well',
    ],
    ['that stand still', [50, 50, 100], '.1', 'more targets or more weight'],
    ['of no targets', [{ targets: 0, weight: 10 }, 100], '.0.targets', 'above 0, up to 100'],
    [
      'with fewer targets',
      [{ targets: 50, weight: 10 }, { targets: 20, weight: 20 }, 100],
      '.1.targets',
      'from 50 to 100',
    ],
    ['of nothing', [{ weight: 10 }, { wait: 5 }, 100], '.1', 'targets, weight or both'],
    ['that end early', [10, 50], '', 'all targets all of the traffic'],
    ['without all targets', [{ weight: 100, targets: 50 }], '', 'all targets all of the traffic'],
  ])('%s are refused', (_, stages, path, message) => {
    const refusal = refused(canary({ stages, traffic: true }), coloured(4, 2));

    expect(refusal.path).toBe(`strategy.stages${path}`);
    expect(refusal.message).toContain(message);
  });

  test('need a router', () => {
    expect(refused(canary({ traffic: true }), inputOf(4))).toMatchObject({
      path: 'strategy.traffic',
      message: expect.stringContaining('has no router'),
    });
    expect(refused(canary({ stages: [{ weight: 100 }] }), inputOf(4)).path).toBe('strategy.stages');
  });
});
