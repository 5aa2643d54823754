import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decided, type Said } from '../../../src/domain/plan/machine/decided.js';
import {
  deployedTargets,
  type Deployment,
  touchedTargets,
} from '../../../src/domain/model/deployment/deployment.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import {
  isTerminal,
  PLAN_STATUSES,
  type PlanStatus,
} from '../../../src/domain/model/deployment/plan-state.js';
import { asDelivered, aDeployment, fold, isReported, web } from '../../support/fixtures.js';
import * as give from './commands.js';
import { inStatus, withSteps } from './states.js';

/** Every arrow of the drawing in plan-machine.ts, and no other. */
const ARROWS: { readonly [S in PlanStatus]: readonly PlanStatus[] } = {
  draft: ['approved', 'cancelled', 'failed'],
  approved: ['executing', 'cancelled', 'failed'],
  executing: ['verifying', 'paused', 'rolling_back', 'failed'],
  verifying: ['completed', 'paused', 'rolling_back', 'failed'],
  paused: ['executing', 'verifying', 'rolling_back', 'failed'],
  completed: ['rolling_back'],
  rolling_back: ['rolled_back', 'failed'],
  rolled_back: [],
  failed: ['rolling_back', 'approved'],
  cancelled: [],
};

const target = fc.constantFrom(web(1), web(2), web(3));
const fence = fc.integer({ min: 1, max: 3 });
const at = fc.integer({ min: 0, max: 50_000 });
const anyStep = fc.integer({ min: 0, max: 9 });
/** What workers report of steps that are not about targets, and what people say of them. */
const ofSteps = (n: number, ms: number): readonly Said[] => [
  ...[give.startShift(n), give.finishShift(n), give.startFlag(n), give.finishFlag(n)],
  ...[give.openGate(n, ms), give.timeOutGate(n, ms), give.promote(false, n), give.promote(true, n)],
  ...[give.startAnalysis(n, ms), give.measure(1, n), give.measure(2, n)],
  ...[give.concludeAnalysis('healthy', n), give.concludeAnalysis('inconclusive', n)],
  ...[give.concludeAnalysis('unhealthy', n), give.failStep('x', true, ms, n)],
  give.failStep('x', false, ms, n),
  ...[give.failRestoring('x', true, ms), give.failRestoring('x', false, ms)],
];
const status = fc.constantFrom('healthy', 'degraded', 'unhealthy', 'unknown');
/** What workers do, far more often than what people do: else no sequence would come far. */
const anything: fc.Arbitrary<Said> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(give.approve, give.begin, give.beginFirst, give.resume) },
  { weight: 1, arbitrary: fc.constantFrom<Said>(give.cancel, give.pause, give.giveUp) },
  { weight: 1, arbitrary: fc.constantFrom<Said>(give.fail(), give.rollback()) },
  { weight: 8, arbitrary: fc.tuple(target, fence).map(([id, n]) => give.startTarget(id, n)) },
  { weight: 8, arbitrary: target.map(give.updateTarget) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(target, fc.boolean(), at)
      .map(([id, again, ms]) => give.failTarget(id, 'x', again, ms)),
  },
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 5 }).map(give.completeStep) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 5 }), at)
      .map(([step, until]) => give.wait(step, until)),
  },
  { weight: 3, arbitrary: fc.tuple(status, at).map(([word, ms]) => give.judge(word, ms)) },
  { weight: 5, arbitrary: fc.tuple(target, fence).map(([id, n]) => give.startRestore(id, n)) },
  { weight: 5, arbitrary: target.map(give.restoreTarget) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(target, fc.boolean(), at)
      .map(([id, again, ms]) => give.failRestore(id, 'x', again, ms)),
  },
  { weight: 3, arbitrary: fc.constant(give.finishRollback()) },
  {
    weight: 12,
    arbitrary: fc.tuple(anyStep, at).chain(([n, ms]) => fc.constantFrom(...ofSteps(n, ms))),
  },
  { weight: 4, arbitrary: fc.tuple(target, fence).map(([id, n]) => give.startRetire(id, n)) },
  { weight: 4, arbitrary: target.map(give.retireTarget) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(target, fc.boolean(), at)
      .map(([id, b, ms]) => give.failRetire(id, 'x', b, ms)),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[give.expire, give.hold(), give.override, give.abort, give.halt, give.forceEnd],
      ...[give.retry],
      ...[give.startTrafficRestore(), give.finishTrafficRestore, give.restoreFlag()],
    ),
  },
);
const story = fc.array(anything, { minLength: 20, maxLength: 150 });
const policy = fc.record({
  onFailure: fc.constantFrom('rollback' as const, 'hold' as const),
  retries: fc.integer({ min: 0, max: 2 }),
});
const fresh = fc
  .record({
    targets: fc.constant(['web-1', 'web-2', 'web-3']),
    removes: fc.boolean(),
    checked: fc.boolean(),
    strategy: fc.constantFrom(
      { kind: 'rolling' } as const,
      { kind: 'rolling', batchSize: 2, failureTolerance: 1, delay: 5 } as const,
      { kind: 'canary', stages: [30, 100], successThreshold: 0.5 } as const,
    ),
    policy,
  })
  .map(aDeployment);
const tolerance = { failures: 0, of: 'plan' } as const;
const errors = { kind: 'analyze', analysis: 'errors', targets: [web(1)], baseline: [] } as const;
/** Every kind of step there is. */
const everyKind: readonly Step[] = [
  { ...errors, mode: 'background' },
  { kind: 'set_flag', flag: 'f', percent: 0 },
  { kind: 'deploy', targets: [web(1)], tolerance },
  { kind: 'shift', to: [web(1)], from: [web(2)], percent: 50 },
  { kind: 'gate', name: 'go', timeout: 5_000, onTimeout: 'promote' },
  { ...errors, mode: 'inline' },
  { kind: 'wait', ms: 5 },
  { kind: 'gate', name: 'on', timeout: null, onTimeout: 'abort' },
  { kind: 'retire', targets: [web(2)] },
  { kind: 'check', targets: [web(1)], tolerance },
];
/** From one of these steps on, as if all before had been done. */
const various = fc.record({ policy, at: anyStep }).map(({ at: reached, ...fixture }) => {
  const deployment = withSteps(inStatus('executing', fixture), ...everyKind);
  return { ...deployment, state: { status: 'executing', step: reached, waitUntil: null } as const };
});
/** Also from the middle of a life: from the draft alone few sequences would see a rollback through. */
const grown = fc
  .record({ status: fc.constantFrom(...PLAN_STATUSES), policy, removes: fc.boolean() })
  .map(({ status: reached, ...fixture }) => inStatus(reached, fixture));
const deployments: fc.Arbitrary<Deployment> = fc.oneof(fresh, grown, various);

interface Move {
  readonly before: Deployment;
  readonly after: Deployment;
  readonly said: Said;
}

/** What it comes to; nothing where it is refused, or too late. */
function eventsOf(deployment: Deployment, said: Said): readonly PlanEvent[] {
  const decision = decided(deployment, said);
  return decision.ok ? decision.value : [];
}

/** Everything that was accepted with what it led to; what is refused changes nothing. */
function movesOf(first: Deployment, given: readonly Said[]): readonly Move[] {
  let before = first;
  return given.flatMap((each) => {
    const events = eventsOf(before, each);
    if (events.length === 0) return [];
    const move = { before, after: fold(before, events), said: asDelivered(each, events) };
    before = move.after;
    return [move];
  });
}

const everyMove = (check: (move: Move) => void): void =>
  fc.assert(
    fc.property(deployments, story, (first, given) => {
      movesOf(first, given).forEach(check);
    }),
    { numRuns: 400 },
  );

describe('whatever is asked of a deployment, in whatever order', () => {
  test('it goes only where an arrow leads', () => {
    const seen = new Set<PlanStatus>();
    everyMove(({ before, after }) => {
      const from = before.state.status;
      const to = after.state.status;
      seen.add(to);
      if (from !== to) expect(ARROWS[from]).toContain(to);
    });

    expect(seen.size).toBeGreaterThanOrEqual(8);
  });

  test('its revision is the number of its events', () => {
    everyMove(({ before, after, said }) => {
      expect(after.revision - before.revision).toBe(eventsOf(before, said).length);
    });
  });

  test('once it has ended, only a rollback or a retry that somebody asked for goes on', () => {
    everyMove(({ before, said }) => {
      const { status: from } = before.state;
      if (!isTerminal(from)) return;
      const asked = typeof said === 'function' ? 'a worker' : said.type;
      expect(asked === 'rollback' || (asked === 'retry' && from === 'failed')).toBe(true);
    });
  });

  test('what was accepted changes nothing when it comes again', () => {
    everyMove(({ after, said }) => {
      const again = eventsOf(after, said);
      const { revision } = after;
      expect(isReported(said) ? { ...fold(after, again), revision } : again).toEqual(
        isReported(said) ? after : [],
      );
    });
  });

  test('what workers report moves it to no other state', () => {
    everyMove(({ before, after, said }) => {
      if (!isReported(said)) return;
      expect(after.state.status).toBe(before.state.status);
    });
  });

  test('it is completed only with every target updated or within its tolerance', () => {
    everyMove(({ after }) => {
      if (after.state.status !== 'completed') return;
      const states = deployedTargets(after).map((id) => after.targets.get(id)?.state);
      expect(states.every((state) => state === 'updated' || state === 'failed')).toBe(true);
    });
  });

  test('it is rolled back only with no touched target left behind', () => {
    everyMove(({ after }) => {
      if (after.state.status !== 'rolled_back') return;
      const states = touchedTargets(after).map((id) => after.targets.get(id)?.state);
      expect(states.every((state) => state === 'restored')).toBe(true);
    });
  });

  test('it has an end exactly while it has ended', () => {
    everyMove(({ after }) => {
      expect(after.endedAt !== null).toBe(isTerminal(after.state.status));
    });
  });
});
