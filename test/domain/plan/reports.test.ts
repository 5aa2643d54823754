import { describe, expect, test } from 'vitest';
import { PLAN_STATUSES } from '../../../src/domain/model/deployment/plan-state.js';
import { isReport, type Report } from '../../../src/domain/plan/machine/report-rules.js';
import { after, eventsOf, web } from '../../support/fixtures.js';
import * as give from './commands.js';
import { inStatus } from './states.js';

const target = web(1);
const evidence = {};
const failed = { target, error: 'x', evidence: null } as const;

/** Each kind of report, of a target that was called, and when it is not too late for it. */
const WHEN: readonly (readonly [Report, string])[] = [
  [
    { type: 'deployment.target_recovered', target },
    'approved executing verifying paused rolling_back',
  ],
  [
    { type: 'deployment.router_seen', targets: {} },
    'approved executing verifying paused rolling_back',
  ],
  [{ type: 'deployment.call_settled', target }, 'approved executing verifying paused rolling_back'],
  [{ type: 'deployment.target_draining', target }, 'executing rolling_back'],
  [
    { type: 'deployment.target_drained', target, evidence },
    'executing verifying paused rolling_back',
  ],
  [{ type: 'deployment.target_admitting', target }, 'executing rolling_back'],
  [
    { type: 'deployment.target_admitted', target, evidence },
    'executing verifying paused rolling_back',
  ],
  [give.startTarget(target), 'executing'],
  [give.updateTarget(target), 'executing paused rolling_back'],
  [
    { type: 'deployment.target_failed', ...failed, cause: 'call' },
    'executing verifying paused rolling_back',
  ],
  [give.startRetire(web(2)), 'executing'],
  [give.startRestore(target), 'rolling_back'],
  [give.restoreTarget(target), 'rolling_back'],
  [{ type: 'deployment.target_restore_failed', ...failed }, 'rolling_back'],
  [give.startShift(), 'executing'],
  [give.finishShift(), 'executing verifying paused rolling_back'],
  [give.startTrafficRestore(), 'rolling_back'],
  [give.startFlag(), 'executing'],
  [give.startFlagRestore(), 'rolling_back'],
  [give.wait(0), 'executing'],
  [give.openGate(), 'executing'],
  [give.startAnalysis(), 'executing'],
  [give.finishTrafficRestore, 'executing verifying paused rolling_back'],
];

describe('what a worker does and finds', () => {
  test.each(WHEN)(
    '$type is written only of a deployment that it still says something of',
    (...row) => {
      const [report, when] = row;
      const open = PLAN_STATUSES.filter((status) => !give.isLate(inStatus(status), report));

      expect(open.join(' ')).toBe(when);
    },
  );

  test('is a report, and an order is none', () => {
    expect(WHEN.every(([report]) => isReport(report))).toBe(true);
    const [paused] = eventsOf(inStatus('executing'), give.pause);
    expect(paused && isReport(paused)).toBe(false);
  });

  test('before a stop is still written after it: it is a fact', () => {
    for (const stop of [give.pause, give.rollback()]) {
      const stopped = after(inStatus('executing'), stop);
      expect(after(stopped, give.updateTarget(target)).targets.get(target)?.state).toBe('updated');
      expect(give.isLate(stopped, give.startTarget(web(2)))).toBe(true);
    }
  });
});
