import { describe, expect, test } from 'vitest';
import type { DeploymentId, TargetId } from '../../../src/domain/ids.js';
import type { Deployment } from '../../../src/domain/plan/deployment.js';
import type { PlanCommand } from '../../../src/domain/plan/plan-command.js';
import type { ActiveDeployment } from '../../../src/domain/plan/service-effect.js';
import type { KnownTarget } from '../../../src/domain/plan/target.js';
import { settle, settlementText } from '../../../src/domain/repair/settle.js';
import type { ServicePlace } from '../../../src/domain/repair/service-place.js';
import { aDeployment, after, anId, API, v, web } from '../../support/fixtures.js';
import { aPlace, entry, NOTE } from './places.js';

const good = entry('1.0.0');
const previous = { version: v('1.0.0'), deploymentId: good.deploymentId };
const call = { fence: 1, worker: 'w1' };

const taken = (target: TargetId): readonly PlanCommand[] => [
  { type: 'start_target', target, ...call },
  { type: 'update_target', target, evidence: {} },
];

const walked: readonly PlanCommand[] = [
  { type: 'begin', previous },
  ...taken(web(1)),
  { type: 'complete_step', step: 0 },
  ...taken(web(2)),
];

const halted = after(aDeployment({ approve: true, version: '2.0.0' }), ...walked, {
  ...{ type: 'halt', reason: 'enough' },
});
const finished = after(
  aDeployment({ approve: true, version: '2.0.0' }),
  ...walked,
  { type: 'complete_step', step: 1 },
  { type: 'judge', verification: { status: 'healthy', reason: 'fine', checks: [] }, at: 1 },
);

const known = (...versions: readonly (string | null)[]) =>
  new Map<TargetId, KnownTarget>(
    versions.map((version, at) => [
      web(at + 1),
      { version: version === null ? null : v(version), healthy: true, deploymentId: null },
    ]),
  );

const unknownOf = (id: DeploymentId): ActiveDeployment => ({
  ...good,
  version: null,
  deploymentId: id,
});

/** Rolled back, while another's leftovers were found on a target. */
const settledBack = (): Deployment => ({
  ...halted,
  id: anId(),
  state: { status: 'rolled_back', reason: 'slow', astray: [web(2)] },
});

interface Case {
  readonly place?: Partial<ServicePlace>;
  readonly active?: ServicePlace['active'];
  readonly stack?: ServicePlace['stack'];
  readonly deployment?: Deployment | null;
  readonly failed?: Deployment;
  readonly facts?: ReadonlyMap<TargetId, KnownTarget>;
  readonly target?: TargetId;
  readonly version?: string | null;
}

function said(given: Case) {
  const { deployment = halted, target = web(2), version = '1.0.0' } = given;
  const active = given.active === undefined ? unknownOf(halted.id) : given.active;
  const place = aPlace(active, given.stack ?? [good], given.place);
  const statement = { service: API, target, version: version === null ? null : v(version) };
  const facts = given.facts ?? known('1.0.0', null);
  const standing = { place, known: facts, deployment, failed: given.failed ?? null };
  return settle(standing, statement, NOTE, 5_000);
}

function follows(given: Case): string {
  const answer = said(given);
  return answer.ok ? answer.value.follows : answer.error;
}

describe('what a person says of a target', () => {
  test('completes the way back, where every target runs the last good version with it', () => {
    const answer = said({});

    if (!answer.ok) throw new Error(answer.error);
    const { transition } = answer.value;
    expect(settlementText(answer.value)).toBe(
      `1.0.0 runs on web-2 of production/api: 1.0.0 of ${good.deploymentId} is on every target, and active again`,
    );
    expect(transition?.events.map(({ event }) => event.type)).toEqual([
      'deployment.rollback_started',
      'deployment.target_restoring',
      'deployment.target_restored',
      'deployment.target_restoring',
      'deployment.target_restored',
      'deployment.rolled_back',
    ]);
    expect(transition?.events.every(({ actor, at }) => actor === 'ada' && at === 5_000)).toBe(true);
    expect(transition?.effect).toEqual({ kind: 'settle' });
    expect(transition?.after.targets.get(web(2))).toMatchObject({
      ...{ state: 'restored', version: '1.0.0', fence: 4, evidence: { settledBy: 'ada' } },
    });
  });

  test('is noted, and what is active stays, where more would be a guess', () => {
    expect(follows({ facts: known(null, null) })).toBe(
      'its version stays unknown: 1.0.0 is not known to be on web-1',
    );
    expect(follows({ version: null })).toBe(
      'its version stays unknown: 1.0.0 is not known to be on web-2',
    );
    expect(follows({ active: good })).toBe('1.0.0 stays active');
    expect(follows({ active: good, facts: known('1.0.0') })).toBe('1.0.0 stays active');
    expect(follows({ active: null })).toBe('nothing is active there');
    const none = 'its version stays unknown: no good one is known to go back to';
    expect(follows({ stack: [] })).toBe(none);
    expect(follows({ stack: [{ ...good, version: null }] })).toBe(none);
    expect(follows({ deployment: null })).toBe(none);
    const answer = said({ version: null, active: good });
    expect(answer.ok && settlementText(answer.value)).toBe(
      'an unknown version runs on web-2 of production/api: 1.0.0 stays active',
    );
  });

  test('keeps the share of traffic that the target has', () => {
    const facts = known('1.0.0', null);
    facts.set(web(2), { version: null, healthy: null, deploymentId: null, share: 0.5 });

    const answer = said({ facts, active: good, deployment: null });

    expect(answer.ok && answer.value.fact).toEqual({
      ...{ version: '1.0.0', healthy: null, deploymentId: null, share: 0.5 },
    });
  });

  test('makes a version active that was only called unknown, if its deployment took it everywhere', () => {
    const top = entry('2.0.0', finished.id);
    const all = { stack: [top], facts: known('2.0.0', null), version: '2.0.0' };

    const answer = said({ ...all, active: unknownOf(finished.id), deployment: finished });
    expect(answer.ok && answer.value.active).toBe(top);

    const some = after(aDeployment({ approve: true, version: '2.0.0' }), ...walked.slice(0, 4));
    const half = { ...all, active: unknownOf(some.id), stack: [entry('2.0.0', some.id)] };
    expect(follows({ ...half, deployment: some })).toBe(
      'its version stays unknown: deploy 2.0.0 again for it to count',
    );
  });

  test('completes the way back of whoever left targets so, where another only found them astray', () => {
    const back = settledBack();
    const active = unknownOf(back.id);
    const answer = said({ active, deployment: back, failed: halted });

    expect(answer.ok && answer.value.transition?.before.id).toBe(halted.id);
    expect(follows({ active, deployment: back })).toBe(
      'its version stays unknown: deploy 1.0.0 again for it to count',
    );
  });

  test('is refused where somebody holds the slot, or nothing can be told from what is there', () => {
    const holder = anId();
    expect(follows({ place: { holder } })).toBe(
      `production/api: ${holder} holds its slot; settle it afterwards`,
    );
    const unread = 'production/api: what is active cannot be read; run repair first';
    expect(follows({ active: 'unreadable' })).toBe(unread);
    expect(follows({ stack: ['unreadable'] })).toBe(unread);
    expect(follows({ target: web(9), deployment: null })).toBe(
      'target: production/api has none called web-9',
    );
    expect(follows({ target: web(9) })).toBe('target: production/api has none called web-9');
    const first = { ...halted, previous: null };
    expect(follows({ deployment: first })).toContain('nothing to go back to');
  });
});
