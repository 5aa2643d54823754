import { describe, expect, test } from 'vitest';
import { withClosing } from '../../../src/domain/strategies/parts/closing.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { web } from '../../support/fixtures.js';
import { stepSubject } from '../../../src/contracts/views/step-words.js';
import { stepWords } from '../../../src/domain/explain/step-words.js';
import { namedBy } from '../../../src/domain/strategies/parts/plan-size.js';
import { sketch } from './sketch.js';

const [ONE, TWO] = [web(1), web(2)];
const none = { failures: 0, of: 'plan' } as const;
const deploy: Step = { kind: 'deploy', targets: [TWO], tolerance: none };
const check: Step = { kind: 'check', targets: [TWO], tolerance: none };
const shift = (percent: number): Step => ({ kind: 'shift', to: [TWO], from: [ONE], percent });
const delay: Step = { kind: 'wait', ms: 30 };
const retire: Step = { kind: 'retire', targets: [ONE] };
const closing = (steps: readonly Step[], graceMs: number | null): readonly string[] =>
  sketch(withClosing(steps, [ONE, TWO], graceMs));

describe('the end of persistent clients', () => {
  test('comes a grace after the switch and what judges it, before the old version is retired', () => {
    expect(closing([deploy, shift(100), check, delay, retire], 10)).toEqual([
      ...['deploy 2', 'shift 100% to 2 from 1', 'check 2', 'wait 10', 'close 1'],
      ...['wait 30', 'retire 1'],
    ]);
  });

  test('waits for nothing where no grace is given', () => {
    expect(closing([shift(100)], 0)).toEqual(['shift 100% to 2 from 1', 'close 1']);
  });

  test('is no step where they are let, where the old one keeps a part, or nobody is without traffic', () => {
    expect(closing([shift(100)], null)).toEqual(['shift 100% to 2 from 1']);
    expect(closing([shift(100), shift(50)], 10)).toHaveLength(2);
    expect(closing([deploy], 10)).toEqual(['deploy 2']);
    const all: Step = { kind: 'shift', to: [ONE, TWO], from: [], percent: 100 };
    expect(closing([all], 10)).toHaveLength(1);
  });

  test('is told in a plan, and counts among what its steps name', () => {
    const close: Step = { kind: 'close', targets: [ONE, TWO] };
    const wording = { named: 1, time: String };
    expect(stepSubject(close, wording)).toBe('web-1 and 1 more to all clients');
    expect(stepWords(close)).toBe('close web-1, web-2 to all clients');
    expect(namedBy([close])).toBe(2);
  });
});
