import { describe, expect, test } from 'vitest';
import type { BlueGreenSpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { coloured, equipped, refused, sketched } from './sketch.js';

const blueGreen = (spec: Omit<BlueGreenSpec, 'kind'> = {}): BlueGreenSpec => ({
  kind: 'blue_green',
  ...spec,
});

describe('a blue-green deployment', () => {
  test('brings the idle colour up, looks at it, switches once and looks again', () => {
    expect(sketched(blueGreen(), coloured(4, 2))).toEqual([
      'deploy 3,4',
      'check 3,4',
      'shift 100% to 3,4 from 1,2',
      'check 3,4',
    ]);
    expect(sketched(blueGreen(), coloured(2, 1, { checked: false }))).toEqual([
      'deploy 2',
      'shift 100% to 2 from 1',
    ]);
  });

  test('takes the idle colour in batches where asked', () => {
    expect(sketched(blueGreen({ batchSize: '50%' }), coloured(6, 2))).toEqual([
      'deploy 3,4',
      'check 3,4',
      'deploy 5,6',
      'check 5,6',
      'shift 100% to 3,4,5,6 from 1,2',
      'check 3,4,5,6',
    ]);
  });

  test('promotes after a while, or at a gate, and looks again before it switches', () => {
    const auto = blueGreen({ promotion: { kind: 'auto', after: 60 } });
    const gate = blueGreen({ promotion: { kind: 'gate', timeout: 90, onTimeout: 'promote' } });
    const rest = ['check 2', 'shift 100% to 2 from 1', 'check 2'];

    expect(sketched(auto, coloured(2, 1))).toEqual(['deploy 2', 'check 2', 'wait 60', ...rest]);
    expect(sketched(gate, coloured(2, 1))).toEqual([
      'deploy 2',
      'check 2',
      'gate promotion 90 promote',
      ...rest,
    ]);
    expect(
      sketched(blueGreen({ promotion: { kind: 'gate', name: 'go' } }), coloured(2, 1)),
    ).toContain('gate go ever abort');
  });

  test('analyses before and after the switch', () => {
    const analyze = { before: 'errors', after: 'latency' };

    expect(sketched(blueGreen({ analyze }), coloured(2, 1, { checked: false }))).toEqual([
      'deploy 2',
      'inline errors of 2 beside 1',
      'shift 100% to 2 from 1',
      'inline latency of 2 beside 1',
    ]);
  });

  test('retires the old colour where asked, after half a minute or the time asked for', () => {
    const removed = (retireDelay?: number) =>
      sketched(blueGreen({ retire: 'remove', retireDelay }), coloured(2, 1)).slice(4);

    expect(removed()).toEqual(['wait 30000', 'retire 1']);
    expect(removed(5)).toEqual(['wait 5', 'retire 1']);
    expect(removed(0)).toEqual(['retire 1']);
    expect(sketched(blueGreen({ retire: 'keep' }), coloured(2, 1))).toHaveLength(4);
  });

  test('of a first version has nothing to switch from, and nothing to retire', () => {
    expect(sketched(blueGreen({ retire: 'remove' }), coloured(2, 0))).toEqual([
      'deploy 1,2',
      'check 1,2',
      'shift 100% to 1,2 from -',
      'check 1,2',
    ]);
  });

  test('first takes from the idle colour what it may still serve', () => {
    expect(sketched(blueGreen(), coloured(2, 1, { idleServes: true }))[0]).toBe(
      'shift 100% to 1 from -',
    );
  });
});

describe('a blue-green deployment is refused', () => {
  test('without colours, and told how to mark them', () => {
    expect(refused(blueGreen(), equipped(2))).toEqual({
      code: 'plan/impossible',
      path: 'targets',
      message:
        'blue_green needs two colours: expected metadata.colour on every target, with two values such as blue and green',
    });
  });

  test('without a router', () => {
    expect(refused(blueGreen(), coloured(2, 1, { routed: false }))).toMatchObject({
      path: 'router',
    });
  });

  test('where the driver could not remove what should be', () => {
    const spec = blueGreen({ retire: 'remove' });

    expect(refused(spec, coloured(2, 1, { removes: false })).path).toBe('strategy.retire');
  });

  test('with a time to retire and nothing that retires', () => {
    expect(refused(blueGreen({ retireDelay: 5 }), coloured(2, 1)).path).toBe(
      'strategy.retireDelay',
    );
  });

  test('with a batch of none', () => {
    expect(refused(blueGreen({ batchSize: 0 }), coloured(2, 1)).path).toBe('strategy.batchSize');
  });

  test('with an analysis nobody defined', () => {
    expect(refused(blueGreen({ analyze: { after: 'speed' } }), coloured(2, 1)).path).toBe(
      'strategy.analyze.after',
    );
  });
});
