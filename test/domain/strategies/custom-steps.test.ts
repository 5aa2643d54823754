import { describe, expect, test } from 'vitest';
import type { StepSpec, StepsSpec } from '../../../src/domain/model/plan/step-spec.js';
import { web } from '../../support/fixtures.js';
import { coloured, compiled, equipped, refused, sketched } from './sketch.js';

const custom = (...steps: readonly StepSpec[]): StepsSpec => ({ kind: 'steps', steps });
const all: StepSpec = { kind: 'deploy', targets: 'all' };
const check: StepSpec = { kind: 'check' };
const one: StepSpec = { kind: 'deploy', targets: [web(1)] };
const rest: StepSpec = { kind: 'deploy', targets: 'rest' };

describe('steps given directly', () => {
  test('are taken as they are, with targets by id, amount and word', () => {
    const spec = custom(
      { kind: 'deploy', targets: [web(3)] },
      check,
      { kind: 'wait', for: 60 },
      { kind: 'deploy', targets: '50%' },
      { kind: 'deploy', targets: 1 },
      { kind: 'analyze', analysis: 'errors' },
      check,
      { kind: 'check', targets: 'deployed' },
      { kind: 'gate', name: 'go', timeout: 5, onTimeout: 'promote' },
    );

    expect(sketched(spec, equipped(5))).toEqual([
      'deploy 3',
      'check 3',
      'wait 60',
      'deploy 1,2,4',
      'deploy 5',
      'inline errors of 1,2,3,4,5 beside -',
      'check 1,2,4,5',
      'check 1,2,3,4,5',
      'gate go 5 promote',
    ]);
  });

  test('move traffic in place, from all that are not named', () => {
    const spec = custom(
      { kind: 'shift', to: [web(2), web(3)], from: [web(1)], percent: 100 },
      one,
      check,
      { kind: 'shift', percent: 10 },
      { kind: 'analyze', analysis: 'errors', mode: 'background' },
      { kind: 'shift', percent: 100 },
      rest,
      check,
      { kind: 'shift', to: 'all', percent: 100 },
    );

    expect(sketched(spec, equipped(3))).toEqual([
      'shift 100% to 2,3 from 1',
      'deploy 1',
      'check 1',
      'shift 10% to 1 from 2,3',
      'background errors of 1 beside 2,3',
      'shift 100% to 1 from 2,3',
      'deploy 2,3',
      'check 2,3',
      'measure errors to its rounds',
      'shift 100% to 1,2,3 from -',
      'measure errors to its verdict',
    ]);
  });

  test('take the traffic back as they give it', () => {
    const spec = custom(
      one,
      check,
      { kind: 'shift', percent: 50 },
      { kind: 'shift', percent: 0 },
      rest,
      check,
      { kind: 'shift', to: 'all', percent: 100 },
    );

    expect(sketched(spec, equipped(2)).slice(2, 4)).toEqual([
      'shift 50% to 1 from 2',
      'shift 0% to 1 from 2',
    ]);
  });

  test('are a blue-green deployment by hand', () => {
    const spec = custom(
      { kind: 'deploy', targets: 'idle' },
      check,
      { kind: 'analyze', analysis: 'errors' },
      { kind: 'shift', to: 'idle', percent: 100 },
      { kind: 'retire' },
    );

    expect(sketched(spec, coloured(4, 2))).toEqual([
      'deploy 3,4',
      'check 3,4',
      'inline errors of 3,4 beside 1,2',
      'shift 100% to 3,4 from 1,2',
      'retire 1,2',
    ]);
    expect(
      sketched(
        custom({ kind: 'deploy', targets: 'idle' }, check, {
          kind: 'shift',
          to: 'idle',
          from: 'live',
          percent: 100,
        }),
        coloured(2, 1),
      )[2],
    ).toBe('shift 100% to 2 from 1');
  });

  test('move traffic to what was deployed where there are no checks to wait for', () => {
    const spec = custom(one, { kind: 'shift', percent: 50 }, rest, {
      kind: 'shift',
      to: 'all',
      percent: 100,
    });

    expect(sketched(spec, equipped(2, { checked: false }))).toHaveLength(4);
  });

  test('set flags, by default that of the service and version', () => {
    const spec = custom(
      all,
      { kind: 'set_flag', percent: 5 },
      {
        kind: 'set_flag',
        flag: 'f',
        percent: 0,
      },
    );

    expect(sketched(spec, equipped(1))).toEqual(['deploy 1', 'flag ff_api_1.0.0 5', 'flag f 0']);
  });

  test('may leave targets and traffic with the old version where they say so', () => {
    const spec: StepsSpec = { ...custom(one), partial: true };

    expect(sketched(spec, equipped(3))).toEqual(['deploy 1']);
  });

  test('tolerate failures over the whole plan', () => {
    expect(compiled({ ...custom(all), failureTolerance: '50%' }, equipped(4))[0]).toMatchObject({
      tolerance: { failures: 2, of: 'plan' },
    });
    expect(refused({ ...custom(all), failureTolerance: 4 }, equipped(4)).path).toBe(
      'strategy.failureTolerance',
    );
  });

  test('leave as many targets serving as have to', () => {
    const spec = { ...custom(all), maxUnavailable: 1 };

    expect(refused(spec, equipped(3))).toMatchObject({
      path: 'strategy.maxUnavailable',
      message: expect.stringContaining('only 0 targets would serve at some time, and at least 2'),
    });
    expect(refused({ ...spec, maxUnavailable: '10%' }, equipped(3)).path).toBe(
      'strategy.maxUnavailable',
    );
    // The idle colour has no traffic: nothing is out of service while it is replaced.
    const switched = custom({ kind: 'deploy', targets: 'idle' }, check, {
      kind: 'shift',
      percent: 100,
    });
    expect(sketched({ ...switched, maxUnavailable: 1 }, coloured(4, 2))).toHaveLength(3);
  });
});
