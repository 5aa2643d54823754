import { describe, expect, test } from 'vitest';
import type { Declared } from '../../../src/domain/model/declared.js';
import { versionPutBack } from '../../../src/domain/model/deployment/deployment.js';
import type { RemovedTarget } from '../../../src/domain/model/plan/removed-target.js';
import { ANYTHING } from '../../../src/domain/model/target-status.js';
import { anId, aTarget, v, web } from '../../support/fixtures.js';

const removed: RemovedTarget = {
  ...{ target: aTarget('web-3'), by: anId(), fate: 'retire', reason: null },
  version: v('1.5.0'),
};
const unknown: RemovedTarget = { ...removed, version: null };
const forwards = { succeeded: false, takesBack: null } as const;
const undeclared = { ...forwards, declared: null } as const;
const declaring = (others: Declared['others']) => ({
  ...forwards,
  declared: { version: v('1.0.0'), others, missed: [], shares: null },
});

describe('a target that left the configuration and was removed by a deployment that goes back', () => {
  test('has again what was declared for it, whatever it ran', () => {
    expect(versionPutBack(declaring({}), removed)).toBe('1.0.0');
    expect(versionPutBack(declaring({}), unknown)).toBe('1.0.0');
  });

  test('has again what it ran where nothing was ever completed, or nothing was asked of it', () => {
    expect(versionPutBack(undeclared, removed)).toBe('1.5.0');
    expect(versionPutBack(declaring({ 'web-3': ANYTHING }), removed)).toBe('1.5.0');
  });

  test('stays removed where nobody knows what ran there, or nothing was to run there', () => {
    expect(versionPutBack(undeclared, unknown)).toBeUndefined();
    expect(versionPutBack(declaring({ 'web-3': ANYTHING }), unknown)).toBeUndefined();
    expect(versionPutBack(declaring({ 'web-3': null }), removed)).toBeUndefined();
  });

  test('stays removed where what it ran was taken back by a completed rollback to a named version', () => {
    const beneath = { previous: null, declared: null };
    const takesBack = { versions: [], replaces: null, beneath };

    expect(versionPutBack({ ...undeclared, succeeded: true, takesBack }, removed)).toBeUndefined();
    expect(versionPutBack({ ...undeclared, takesBack }, removed)).toBe('1.5.0');
    expect(versionPutBack({ ...undeclared, succeeded: true }, removed)).toBe('1.5.0');
  });

  test('stays removed where its place is another name now: that one goes back', () => {
    expect(versionPutBack(declaring({}), { ...removed, placeOf: web(1) })).toBeUndefined();
  });
});
