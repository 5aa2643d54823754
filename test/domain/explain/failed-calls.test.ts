import { describe, expect, test } from 'vitest';
import { failedCalls } from '../../../src/domain/explain/failed-calls.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import { aDeployment, record, web } from '../../support/fixtures.js';

const evidence = { exitCode: 7, output: 'no space left' };
const failed = (n: number, error = 'exit 7'): PlanEvent => ({
  ...{ type: 'deployment.target_failed', target: web(n), error, evidence, cause: 'call' },
});
const after = (...events: readonly PlanEvent[]) =>
  failedCalls(record(aDeployment(), events)).map(({ target, error, evidence: shown }) => [
    target,
    error,
    shown,
  ]);

describe('what failed on the targets of a deployment', () => {
  test('is the last failure of each, oldest first, with what the call showed', () => {
    const again = { attempt: 1, retryAt: 5, error: 'exit 75' } as const;
    expect(
      after(
        { type: 'deployment.target_retried', target: web(1), ...again, evidence },
        { type: 'deployment.target_retried', target: web(3), ...again },
        failed(2),
        failed(1),
      ),
    ).toEqual([
      ['web-3', 'exit 75', null],
      ['web-2', 'exit 7', evidence],
      ['web-1', 'exit 7', evidence],
    ]);
  });

  test('stays when the old version is back, as that is why', () => {
    const restored = { target: web(1), version: null, evidence: {} } as const;
    expect(after(failed(1), { type: 'deployment.target_restored', ...restored })).toHaveLength(1);
  });

  test('names targets that could not be restored, or whose old version could not be taken away', () => {
    const left = { error: 'gone', evidence: null } as const;
    expect(
      after(
        { type: 'deployment.target_restore_failed', target: web(1), ...left },
        { type: 'deployment.target_retire_failed', target: web(2), ...left },
      ),
    ).toEqual([
      ['web-1', 'gone', null],
      ['web-2', 'gone', null],
    ]);
  });

  test('is forgotten where a later call took the version, and where a retry begins anew', () => {
    expect(
      after(failed(1), { type: 'deployment.target_updated', target: web(1), evidence: {} }),
    ).toEqual([]);
    expect(after(failed(1), { type: 'deployment.retried', step: 0, by: 'ann' })).toEqual([]);
  });
});
