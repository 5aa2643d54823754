import { expect, test } from 'vitest';
import { eventSentence } from '../../src/cli/render/event-sentence.js';
import type { PlanEvent } from '../../src/domain/model/deployment/plan-event.js';
import { v, web } from '../support/fixtures.js';

const AT = 3_600_000;
const hold = { kind: 'freeze', reason: 'frozen: x', until: AT, liftedBy: 'ann' } as const;
const shares = { 'web-1': 0.125, 'web-2': 0.875, 'web-3': 0 };
const call = { target: web(1), fence: 1, worker: 'w' } as const;
const nothing = { declared: null, shares: null } as const;
const left = { background: 'pid 7 (./run.sh)' };
const failed = { target: web(1), error: 'exit 1', evidence: null } as const;
const seen = (heldOut: 'maintenance' | 'drained' | null, inRotation = true) => ({
  ...{ inRotation, share: 0.5, heldOut },
});
const again = { error: 'away', attempt: 2, retryAt: AT } as const;
const report = {
  ...{ name: 'health', at: 0, round: 1, rounds: 1 },
  verdict: 'unhealthy',
  score: 0,
  reason: 'errors worse',
  metrics: [],
} as const;
const SENTENCES: readonly (readonly [PlanEvent, string])[] = [
  [
    { type: 'deployment.target_updated', target: web(1), evidence: left },
    'web-1: updated; still running: pid 7 (./run.sh)',
  ],
  [{ type: 'deployment.approval_given', by: 'ann', missing: 1 }, 'approved by ann; 1 more needed'],
  [
    {
      ...{ type: 'deployment.approvals_lapsed', by: ['ann'], missing: 2, configuration: 'now' },
      reason: 'its configuration changed since it was approved by ann',
    },
    'approvals are wanted again (2): its configuration changed since it was approved by ann',
  ],
  [
    { type: 'deployment.approval_given', by: 'ann', missing: 1, reason: 'read it' },
    'approved by ann: read it; 1 more needed',
  ],
  [{ type: 'deployment.approved', by: null, reason: 'read it' }, 'approved: read it'],
  [{ type: 'deployment.resumed', reason: 'repaired' }, 'resumed: repaired'],
  [{ type: 'deployment.held', hold }, 'held: frozen: x, until 01:00:00Z'],
  [{ type: 'deployment.held', hold: { ...hold, until: null } }, 'held: frozen: x'],
  [
    { type: 'deployment.overridden', by: 'bob', reason: 'urgent' },
    'windows and freezes overridden by bob: urgent',
  ],
  [{ type: 'deployment.rolled_back', reason: 'slow', verification: null }, 'rolled back: slow'],
  [{ type: 'deployment.started', previous: null, ...nothing }, 'started; before it: nothing'],
  [{ type: 'deployment.planned', rollback: { reason: 'slow' } }, 'planned as a rollback: slow'],
  [
    {
      ...{ type: 'deployment.started', previous: null, ...nothing },
      takesBack: {
        versions: [
          { version: '3.0.0' as never, deploymentId: 'dep_0000000000' as never, since: 1 },
          { version: '2.0.0' as never, deploymentId: 'dep_0000000001' as never, since: 1 },
        ],
        ...{ replaces: null, beneath: { previous: null, declared: null } },
      },
    },
    'started; before it: nothing; takes back 3.0.0, 2.0.0',
  ],
  [
    { type: 'deployment.started', previous: null, ...nothing, replanned: [] },
    'started; before it: nothing; steps made anew',
  ],
  [
    { type: 'deployment.started', previous: null, ...nothing, heldOut: [web(1), web(2)] },
    'started; before it: nothing; held out of the router by others: web-1, web-2',
  ],
  [
    { type: 'deployment.step_retried', step: 1, ...again },
    'step 2: failed 2×, again at 01:00:00Z: away',
  ],
  [
    { type: 'deployment.shift_started', step: 0, before: {}, shares },
    'moving traffic: web-2 87.5%, web-1 12.5%',
  ],
  [
    { type: 'deployment.shifted', step: 0, shares: {}, evidence: {} },
    'traffic moved: nobody gets any',
  ],
  [
    { type: 'deployment.flag_started', step: 0, flag: 'ff', before: null, percent: 1 },
    'setting flag ff to 1%',
  ],
  [{ type: 'deployment.flag_set', step: 0, flag: 'ff', percent: 1, evidence: {} }, 'flag ff is 1%'],
  [
    { type: 'deployment.gate_reached', step: 0, name: 'qa', until: null },
    'gate qa waits to be promoted',
  ],
  [
    { type: 'deployment.gate_reached', step: 0, name: 'qa', until: AT },
    'gate qa waits to be promoted until 01:00:00Z',
  ],
  [{ type: 'deployment.promoted', step: 0, by: 'ann', all: false }, 'promoted by ann past step 1'],
  [
    { type: 'deployment.promoted', step: 0, by: 'ann', all: true },
    'promoted by ann past step 1 and to the end',
  ],
  [
    {
      type: 'deployment.analysis_started',
      step: 0,
      analysis: 'health',
      mode: 'inline',
      progress: { startedAt: 0, rounds: 0, lastRoundAt: null, metrics: [] },
    },
    'analysis health begins',
  ],
  [
    { type: 'deployment.analyzed', step: 0, analysis: 'health', report },
    'analysis health: unhealthy: errors worse',
  ],
  [{ type: 'deployment.target_retiring', ...call }, 'web-1: taking the old version away'],
  [
    { type: 'deployment.target_retired', target: web(1), evidence: {} },
    'web-1: the old version is gone',
  ],
  [
    { type: 'deployment.target_retire_failed', target: web(1), error: 'busy', evidence: null },
    'web-1: the old version could not be taken away: busy',
  ],
  [
    { type: 'deployment.restore_retried', ...again },
    'the way back failed 2×, again at 01:00:00Z: away',
  ],
  [
    { type: 'deployment.traffic_restoring', before: {}, shares },
    'moving traffic back: web-2 87.5%, web-1 12.5%',
  ],
  [
    { type: 'deployment.traffic_restored', shares, evidence: {} },
    'traffic is back: web-2 87.5%, web-1 12.5%',
  ],
  [
    {
      ...{ type: 'deployment.flag_changed', step: 0, flag: 'ff', before: null },
      ...{ found: 'deleted', mark: 'absent' },
    },
    'flag ff was changed by somebody else: it is deleted',
  ],
  [
    { type: 'deployment.flag_left', flag: 'ff', found: 'at 5%' },
    'flag ff stays as somebody else left it: at 5%',
  ],
  [{ type: 'deployment.flag_restoring', flag: 'ff', percent: 5 }, 'setting flag ff back to 5%'],
  [{ type: 'deployment.flag_restoring', flag: 'ff', percent: null }, 'removing flag ff'],
  [
    { type: 'deployment.flag_restored', flag: 'ff', percent: 5, evidence: {} },
    'flag ff is back at 5%',
  ],
  [
    { type: 'deployment.flag_restored', flag: 'ff', percent: null, evidence: {} },
    'flag ff is gone again',
  ],
  [{ type: 'deployment.target_failed', ...failed, cause: 'call' }, 'web-1: failed: exit 1'],
  [
    { type: 'deployment.target_failed', ...failed, cause: 'check' },
    'web-1: failed its check: exit 1',
  ],
  [
    { type: 'deployment.target_failed', ...failed, cause: 'router' },
    'web-1: could not be taken out of rotation: exit 1',
  ],
  [{ type: 'deployment.target_draining', target: web(1) }, 'web-1: taking it out of rotation'],
  [
    { type: 'deployment.target_drained', target: web(1), evidence: { ended: true } },
    'web-1: out of rotation',
  ],
  [{ type: 'deployment.target_admitting', target: web(1) }, 'web-1: putting it into rotation'],
  [{ type: 'deployment.target_admitted', target: web(1), evidence: {} }, 'web-1: in rotation'],
  [
    {
      type: 'deployment.router_seen',
      targets: {
        ...{ 'web-1': seen(null), 'web-2': seen('drained', false), 'web-3': seen('maintenance') },
        ...{ 'web-4': seen(null, false), 'web-5': seen(null), 'web-6': seen('maintenance') },
      },
    },
    'the router says: web-3, web-6 in maintenance; web-2 drained by somebody else; web-4 out of rotation; web-1, web-5 in rotation',
  ],
  [
    {
      type: 'deployment.router_seen',
      targets: Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`web-${n}`, seen('maintenance')])),
    },
    'the router says: web-1, web-2, web-3 and 2 more in maintenance',
  ],
  [
    {
      type: 'deployment.router_seen',
      targets: {
        'web-1': {
          inRotation: true,
          share: 0.5,
          heldOut: null,
          also: [{ inRotation: true, share: 0 }],
        },
        'web-2': { inRotation: true, share: 0.5, heldOut: 'maintenance', heldOutAt: ['lb-2:9999'] },
        'web-3': {
          inRotation: false,
          share: 0,
          heldOut: null,
          also: [{ inRotation: true, share: 0 }],
        },
        'web-4': {
          inRotation: false,
          share: 1,
          heldOut: null,
          also: [{ inRotation: false, share: 0 }],
        },
      },
    },
    'the router says: web-2 in maintenance at lb-2:9999; web-3 out of rotation at some of its balancers only; web-4 out of rotation, with another share at some of its balancers; web-1 in rotation, with another share at some of its balancers',
  ],
  [{ type: 'deployment.router_seen', targets: {} }, 'the router says: nothing'],
  [
    { type: 'deployment.call_settled', target: web(1) },
    'web-1: the call that an earlier deployment left open has ended',
  ],
  [{ type: 'deployment.retried', by: 'ann', step: 1 }, 'retried by ann from step 2'],
  [
    {
      type: 'deployment.started',
      previous: { version: v('1.0.0'), deploymentId: 'dep_0123456789' as never },
      ...nothing,
    },
    'started; before it: 1.0.0',
  ],
];

test.each(SENTENCES)('an event is told in a sentence: $type', ({ type, ...data }, sentence) => {
  expect(eventSentence({ type, data })).toBe(sentence);
});

test('data that is not what was expected is told as unknown, and breaks nothing', () => {
  expect(eventSentence({ type: 'deployment.shifted', data: { shares: 7 } })).toBe(
    'traffic moved: ?',
  );
  expect(eventSentence({ type: 'deployment.flag_set', data: {} })).toBe('flag ? is ?');
  expect(eventSentence({ type: 'deployment.measured', data: {} })).toBe(
    'analysis ?: round ? measured',
  );
  expect(eventSentence({ type: 'deployment.router_seen', data: {} })).toBe(
    'the router says: nothing',
  );
});
