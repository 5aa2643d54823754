import { describe, expect, test } from 'vitest';
import type { Declared } from '../../../src/domain/model/declared.js';
import { aDeployment, anId, after, fold, v } from '../../support/fixtures.js';
import * as give from './commands.js';
import { wholeLife } from './states.js';

describe('what is written is folded in', () => {
  test('of a flag that was set without its intent: nothing is known of before', () => {
    const set = { flag: 'new-page', percent: 10, evidence: { mark: 'm1' } };
    const { progress } = fold(aDeployment(), [{ type: 'deployment.flag_set', step: 0, ...set }]);

    expect(progress.flags).toEqual({
      'new-page': { before: null, now: 10, settled: true, mark: 'm1' },
    });
  });

  test('of a rollback beneath a named version: the shares are those that were declared there', () => {
    const declared: Declared = {
      ...{ version: v('0.8.0'), others: {}, missed: [] },
      shares: { 'web-1': 0.5, 'web-2': 0.5 },
    };
    const beneath = { previous: { version: v('0.8.0'), deploymentId: anId() }, declared };
    const takesBack = { versions: [], replaces: null, beneath };
    const back = after(aDeployment(), ...wholeLife.slice(0, 1), { ...give.begin, takesBack });
    const done = after(back, ...wholeLife.slice(2), give.rollback());

    expect(done.shares).toEqual({ 'web-1': 0.5, 'web-2': 0.5 });
    expect(done.declared).toEqual(declared);
  });
});
