import { describe, expect, test } from 'vitest';
import type { CanarySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { equipped, refused, sketched } from './sketch.js';

const canary = (spec: Omit<CanarySpec, 'kind'>): CanarySpec => ({ kind: 'canary', ...spec });

describe('the analysis of a canary', () => {
  test('begins at a stage there is', () => {
    const from = (stage: number) =>
      refused(canary({ analysis: { name: 'errors', from: stage } }), equipped(4));

    expect(from(5)).toMatchObject({
      path: 'strategy.analysis.from',
      message: 'expected a stage from 1 to 4',
    });
    expect(from(0).path).toBe('strategy.analysis.from');
    expect(from(1.5).path).toBe('strategy.analysis.from');
  });

  test('is one that is defined, for a stage too', () => {
    expect(
      refused(canary({ stages: [{ targets: 10, analyze: 'speed' }, 100] }), equipped(4)),
    ).toMatchObject({ path: 'strategy.stages.0.analyze' });
  });

  test('is not made twice where a stage asks for it as well', () => {
    const stages = [{ targets: 25, analyze: 'errors' }, { targets: 50, analyze: 'latency' }, 100];
    const steps = sketched(canary({ stages, analysis: { name: 'errors' } }), inPlace);

    expect(steps).toEqual([
      'deploy 1',
      'inline errors of 1 beside 2,3,4',
      'deploy 2',
      'inline latency of 1,2 beside 3,4',
      'inline errors of 1,2 beside 3,4',
      'deploy 3,4',
    ]);
  });

  test('in the background is begun once, at the first stage that does something from its stage on', () => {
    const analysis = { name: 'errors', mode: 'background', from: 2 } as const;
    const spec = canary({ stages: [1, 2, 100], analysis, wait: 5 });

    expect(sketched(spec, inPlace)).toEqual([
      'deploy 1',
      'wait 5',
      'deploy 2,3,4',
      'background errors of 1,2,3,4 beside -',
      'measure errors to its verdict',
    ]);
  });

  test('in the background has its rounds before the last stage, while there is something to compare with', () => {
    const analysis = { name: 'errors', mode: 'background' } as const;
    const spec = canary({ stages: [25, 50, { targets: 100, gate: true }], analysis });

    expect(sketched(spec, inPlace)).toEqual([
      'deploy 1',
      'background errors of 1 beside 2,3,4',
      'deploy 2',
      'measure errors to its rounds',
      'deploy 3,4',
      'gate stage-3 ever abort',
      'measure errors to its verdict',
    ]);
  });

  const inPlace = equipped(4, { checked: false });
});
