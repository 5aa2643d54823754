import { stepEnd } from '../../../src/domain/plan/conclusions/step-end.js';
import { describe, expect, test } from 'vitest';
import type { DeploymentId, TargetId } from '../../../src/domain/model/ids.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type * as active from '../../../src/domain/model/active-deployment.js';
import {
  type TargetStatus,
  type TargetStatuses,
  UNTOUCHED,
} from '../../../src/domain/model/target-status.js';
import { settle, settlementText } from '../../../src/domain/repair/settle.js';
import type { ServicePlace } from '../../../src/domain/repair/service-place.js';
import { aDeployment, after, anId, API, v, web } from '../../support/fixtures.js';
import type { Said } from '../../../src/domain/plan/machine/decided.js';
import { judge, startTarget, updateTarget } from '../plan/commands.js';
import { aPlace, entry, NOTE } from './places.js';

const good = entry('1.0.0');
const { declared } = good;
const previous = { version: v('1.0.0'), deploymentId: good.deploymentId };

const taken = (target: TargetId): readonly Said[] => [startTarget(target), updateTarget(target)];

const walked: readonly Said[] = [
  { type: 'begin', previous, declared, shares: null },
  ...taken(web(1)),
  stepEnd(0),
  ...taken(web(2)),
];

const halted = after(aDeployment({ approve: true, version: '2.0.0' }), ...walked, {
  ...{ type: 'halt', reason: 'enough' },
});
const finished = after(
  aDeployment({ approve: true, version: '2.0.0' }),
  ...walked,
  stepEnd(1),
  judge('healthy', 1),
);

/** What `halted` left, as far as it is known. */
const known = (...versions: readonly (string | null)[]) =>
  new Map<TargetId, TargetStatus>(
    versions.map((version, at) => [
      web(at + 1),
      { ...UNTOUCHED, version: version === null ? ['?', null] : [v(version)], by: halted.id },
    ]),
  );

const unknownOf = (deploymentId: DeploymentId): active.ActiveDeployment => ({
  ...API,
  ...{ version: null, deploymentId, since: 1 },
});

/** Rolled back, while another had left a target otherwise. */
const settledBack = (): Deployment => ({
  ...halted,
  id: anId(),
  state: { status: 'rolled_back', reason: 'slow' },
});

const declaring = (
  stable: active.StableVersion,
  change: Partial<active.StableVersion['declared']>,
): active.StableVersion => ({ ...stable, declared: { ...stable.declared, ...change } });

interface Case {
  readonly place?: Partial<ServicePlace>;
  readonly active?: ServicePlace['active'];
  readonly stable?: ServicePlace['stable'];
  readonly deployment?: Deployment | null;
  readonly failed?: Deployment;
  readonly facts?: TargetStatuses;
  readonly target?: TargetId;
  readonly version?: string | null;
}

function said(given: Case) {
  const { deployment = halted, target = web(2), version = '1.0.0' } = given;
  const active = given.active === undefined ? unknownOf(halted.id) : given.active;
  const targets = given.facts ?? known('1.0.0', null);
  const place = aPlace(active, given.stable ?? [good], { targets, ...given.place });
  const statement = { service: API, target, version: version === null ? null : v(version) };
  const standing = { place, deployment, failed: given.failed ?? null };
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
    const { declared: _, ...entryOf } = good;
    expect(transition?.service).toMatchObject({ active: entryOf, revision: 7 });
    const written = new Map(transition?.service.targets);
    expect(written.get(web(1))).toMatchObject({ version: ['1.0.0'], by: halted.id, call: null });
    expect(written.get(web(2))).toMatchObject({ version: ['1.0.0'], by: halted.id, call: null });
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
    expect(follows({ stable: [] })).toBe(none);
    expect(follows({ stable: [{ ...good, version: null }] })).toBe(none);
    const answer = said({ version: null, active: good });
    expect(answer.ok && settlementText(answer.value)).toBe(
      'an unknown version runs on web-2 of production/api: 1.0.0 stays active',
    );
  });

  test('keeps what is known of its traffic, and nothing of a call or a check', () => {
    const call = {
      ...{ deploymentId: halted.id, action: 'deploy' as const, version: v('2.0.0') },
      ...{ fence: 1, worker: 'w1', since: 1 },
    } as const;
    const was: TargetStatus = {
      ...{ version: ['?', v('2.0.0')], inRotation: [false], weight: [0.5], heldOut: 'drained' },
      ...{ bad: v('2.0.0'), call, by: halted.id, seen: { up: false } },
    };
    const facts = known('1.0.0').set(web(2), was);

    const answer = said({ facts, active: good, deployment: null });

    expect(answer.ok && answer.value.fact).toEqual({
      ...{ version: ['1.0.0'], inRotation: [false], weight: [0.5], heldOut: 'drained' },
      ...{ bad: null, call: null, by: halted.id, stated: 9 },
    });
  });

  test('is wide where it is that nobody knows, and of a deployment where nobody had called it', () => {
    const answer = said({ facts: known('1.0.0'), version: null });

    expect(answer.ok && answer.value.fact).toEqual({
      ...UNTOUCHED,
      ...{ version: ['?', null], by: halted.id, stated: 9 },
    });
    const later = known('1.0.0', null).set(web(3), Object.assign({ ...UNTOUCHED }, { stated: 12 }));
    const second = said({ facts: later });
    expect(second.ok && second.value.fact.stated).toBe(12);
  });

  test('makes a version active that was only called unknown, where all that it declares is so', () => {
    const top = entry('2.0.0', finished.id);
    const { declared: _, ...active } = top;
    const all = { stable: [top], facts: known('2.0.0', null), version: '2.0.0' };

    const answer = said({ ...all, active: unknownOf(finished.id), deployment: finished });
    expect(answer.ok && answer.value).toMatchObject({ active, transition: null });

    const missed = declaring(top, { missed: [web(2)] });
    expect(
      follows({ ...all, stable: [missed], active: unknownOf(finished.id), deployment: finished }),
    ).toBe(`2.0.0 of ${finished.id} is on every target, and active again`);
    const other = declaring(top, { others: { 'web-2': '?' } });
    const one = { ...all, stable: [other], active: unknownOf(finished.id), deployment: finished };
    expect(follows({ ...one, version: null })).toContain('active again');
    expect(follows({ deployment: null })).toContain('active again');
  });

  test('completes the way back of whoever left targets so, where another only found them', () => {
    const back = settledBack();
    const active = unknownOf(back.id);
    const answer = said({ active, deployment: back, failed: halted });

    expect(answer.ok && answer.value.transition?.before.id).toBe(halted.id);
    const alone = said({ active, deployment: back });
    expect(alone.ok && alone.value).toMatchObject({
      ...{ transition: null, active: { deploymentId: good.deploymentId } },
    });
  });

  test('leaves alone what failed long ago, and was called by another since', () => {
    const since = anId();
    const facts = new Map(
      [...known('1.0.0', null)].map(([id, status]) => [id, { ...status, by: since }] as const),
    );
    const answer = said({ facts, deployment: settledBack(), failed: halted });

    expect(answer.ok && answer.value).toMatchObject({ transition: null });
  });

  test('is not enough while what another target is to be restored from is not known', () => {
    const stable = [declaring(good, { others: { 'web-1': '?' } })];

    expect(follows({ facts: known(null, null), stable })).toBe(
      'its version stays unknown: what runs on web-1 is not known either',
    );
    const facts = known('0.9.0', null);
    const answer = said({ facts, stable });
    if (!answer.ok) throw new Error(answer.error);
    const { transition } = answer.value;
    expect(transition?.after.targets.get(web(1))).toMatchObject({ version: '0.9.0' });
    expect(transition?.service.active).toMatchObject({ version: '1.0.0' });
  });

  test('is written with the way back also of a target that had not to be restored', () => {
    const unsure: TargetStatus = { ...UNTOUCHED, version: ['?', null], by: anId() };
    const facts = known('1.0.0', '1.0.0').set(web(3), unsure);
    const answer = said({ facts, target: web(3) });

    if (!answer.ok) throw new Error(answer.error);
    const { transition, fact } = answer.value;
    expect(new Map(transition?.service.targets).get(web(3))).toEqual(fact);
  });

  test('is refused where somebody holds the slot, or nothing can be told from what is there', () => {
    const holder = anId();
    expect(follows({ place: { holder } })).toBe(
      `production/api: ${holder} holds its slot; settle it afterwards`,
    );
    const unread = 'production/api: what is active cannot be read; run repair first';
    expect(follows({ active: 'unreadable' })).toBe(unread);
    expect(follows({ stable: ['unreadable'] })).toBe(unread);
    const stranger = 'target: production/api has none called web-9';
    expect(follows({ target: web(9), deployment: null })).toBe(stranger);
    expect(follows({ target: web(9) })).toBe(stranger);
    expect(follows({ deployment: { ...halted, previous: null } })).toContain(
      'nothing to go back to',
    );
  });
});
