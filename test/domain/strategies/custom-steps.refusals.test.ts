import { describe, expect, test } from 'vitest';
import type { StepSpec, StepsSpec } from '../../../src/domain/model/plan/step-spec.js';
import { web } from '../../support/fixtures.js';
import { coloured, compiled, equipped, inputOf, refused, sketched } from './sketch.js';

const custom = (...steps: readonly StepSpec[]): StepsSpec => ({ kind: 'steps', steps });
const all: StepSpec = { kind: 'deploy', targets: 'all' };
const check: StepSpec = { kind: 'check' };
const one: StepSpec = { kind: 'deploy', targets: [web(1)] };
const rest: StepSpec = { kind: 'deploy', targets: 'rest' };

describe('steps given directly are refused', () => {
  const cases: readonly (readonly [string, StepsSpec, string, string])[] = [
    ['without a deploy', custom({ kind: 'wait', for: 5 }), '', 'at least one deploy'],
    ['to an unknown target', custom({ kind: 'deploy', targets: [web(9)] }), '.0.targets', 'web-9'],
    [
      'to a target named twice',
      custom({ kind: 'deploy', targets: [web(1), web(1)] }),
      '.0.targets',
      'named twice',
    ],
    ['to a target twice', custom(one, all), '.1.targets', 'web-1 is deployed to by an earlier'],
    ['to none that is left', custom(all, rest), '.1.targets', 'left to deploy to'],
    ['to an amount of none', custom({ kind: 'deploy', targets: 0 }), '.0.targets', 'a number'],
    ['with a target left out', custom(one), '', 'web-2 is not deployed to'],
    [
      'by colour without colours',
      custom({ kind: 'deploy', targets: 'idle' }),
      '.0.targets',
      'idle',
    ],
    ['to check nothing', custom(check), '.0', 'nothing was deployed'],
    [
      'to check what is old',
      custom(one, { kind: 'check', targets: 'all' }),
      '.1.targets',
      'web-2 is not deployed to',
    ],
    [
      'to check what is none',
      custom(one, { kind: 'check', targets: [web(9)] }),
      '.1.targets',
      'web-9',
    ],
    ['to wait for no time', custom({ kind: 'wait', for: -1 }), '.0.for', 'a length of time'],
    [
      'with an unknown analysis',
      custom(all, { kind: 'analyze', analysis: 'speed' }),
      '.1.analysis',
      'speed',
    ],
    ['to analyze nothing', custom({ kind: 'analyze', analysis: 'errors' }), '.0', 'nothing was'],
    [
      'with a flag beyond all',
      custom({ kind: 'set_flag', percent: 101 }),
      '.0.percent',
      '0 to 100',
    ],
    ['with a shift beyond all', custom({ kind: 'shift', percent: 101 }), '.0.percent', '0 to 100'],
    ['to shift to nothing', custom({ kind: 'shift', percent: 10 }), '.0', 'at least one'],
    [
      'to shift to a group of nobody',
      custom({ kind: 'shift', to: 'deployed', percent: 10 }),
      '.0.to',
      'at least one',
    ],
    [
      'to shift to an unknown target',
      custom({ kind: 'shift', to: [web(9)], percent: 10 }),
      '.0.to',
      'web-9',
    ],
    [
      'to shift from an unknown target',
      custom({ kind: 'shift', to: 'all', from: [web(9)], percent: 10 }),
      '.0.from',
      'web-9',
    ],
    [
      'to shift from where it shifts to',
      custom({ kind: 'shift', to: [web(1)], from: 'all', percent: 10 }),
      '.0.from',
      'web-1 is in to as well',
    ],
    [
      'with nothing for the other part',
      custom({ kind: 'shift', to: 'all', percent: 10 }),
      '.0.percent',
      '10% goes to web-1, web-2, and no target is left for the other 90%',
    ],
    [
      'with nothing for a small other part',
      custom(one, check, { kind: 'shift', to: 'all', from: 'idle', percent: 99.9 }),
      '.2.from',
      'idle',
    ],
    [
      'with a group of nobody for the other part',
      custom(all, check, { kind: 'shift', from: 'rest', percent: 99.9 }),
      '.2.from',
      'no target is left for the other 0.1%',
    ],
    [
      'with traffic to what was not checked',
      custom(one, { kind: 'shift', percent: 10 }),
      '.1',
      'web-1 was not checked',
    ],
    [
      'with traffic left to what was not checked',
      custom(one, { kind: 'shift', to: 'rest', from: 'deployed', percent: 10 }),
      '.1',
      'web-1 was not checked',
    ],
    [
      'to retire what is new',
      custom(all, { kind: 'retire', targets: 'all' }),
      '.1.targets',
      'new version',
    ],
    ['to retire what serves', custom(one, { kind: 'retire' }), '.1', 'web-2 still has traffic'],
    ['to retire nothing', custom(all, { kind: 'retire' }), '.1', 'at least one'],
    [
      'to retire what is none',
      custom(all, { kind: 'retire', targets: [web(9)] }),
      '.1.targets',
      'web-9',
    ],
    [
      'with traffic to what is retired',
      custom(
        one,
        check,
        { kind: 'shift', percent: 100 },
        { kind: 'retire' },
        {
          kind: 'shift',
          percent: 50,
        },
      ),
      '.4',
      'web-2 was retired',
    ],
    [
      'with targets that end without traffic',
      custom(one, check, { kind: 'shift', percent: 100 }, rest),
      '',
      'web-2 has no traffic in the end',
    ],
  ];

  test.each(cases)('%s', (_, spec, path, message) => {
    const refusal = refused(spec, equipped(2));

    expect(refusal.path).toBe(`strategy.steps${path}`);
    expect(refusal.message).toContain(message);
  });

  test('where the service lacks what they need', () => {
    const shift = custom({ kind: 'shift', to: 'all', percent: 100 });
    const flag = custom({ kind: 'set_flag', percent: 5 });
    const retire = custom(one, check, { kind: 'shift', percent: 100 }, { kind: 'retire' });

    expect(refused(shift, inputOf(2)).message).toContain('no router');
    expect(refused(flag, inputOf(2)).path).toBe('flags');
    expect(refused(retire, equipped(2, { removes: false })).message).toContain('cannot remove');
    expect(refused(custom(all, check), inputOf(2)).message).toContain('has no checks');
  });

  test('where a target of one colour is left out, and nothing could tell them apart to those who call', () => {
    const dark = custom({ kind: 'deploy', targets: 'idle' }, check);

    expect(refused(dark, coloured(2, 1, { routed: false })).message).toContain(
      'web-1 is not deployed to',
    );
  });

  test('with a word for a step that there is not', () => {
    const odd = custom({ kind: 'dance' } as unknown as StepSpec);

    expect(() => compiled(odd, equipped(1))).toThrow('no case for {"kind":"dance"}');
  });

  test('where the traffic would stay with the old colour', () => {
    const dark = custom({ kind: 'deploy', targets: 'idle' }, check);

    expect(refused(dark, coloured(2, 1)).message).toContain('web-1 still has traffic in the end');
    expect(sketched({ ...dark, partial: true }, coloured(2, 1))).toHaveLength(2);
  });
});
