import { beforeEach, describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import { anId, API, web } from '../../support/fixtures.js';
import { AuditWorld, linesOf } from './world.js';

let world: AuditWorld;
let id: DeploymentId;
beforeEach(async () => {
  world = new AuditWorld();
  id = await world.completed('1.0.0');
});

type Entry = Record<string, unknown>;

const call = (target: string, fields: Entry = {}): readonly Entry[] =>
  ['begin', 'end'].map((phase) => ({
    ...{ phase, action: 'deploy', ...API, target, version: '1.0.0', deploymentId: id, fence: 1 },
    ...fields,
  }));

const found = (...entries: readonly Entry[]) =>
  world.found({}, { ledger: linesOf(...entries.map((entry) => JSON.stringify(entry)), '') });

describe('the ledger of the targets', () => {
  test('agrees with what was written about them', async () => {
    expect(await found(...call('web-1'), ...call('web-2'))).toEqual([]);
    const report = await world.audit({}, { ledger: linesOf(JSON.stringify(call('web-1')[0])) });
    expect(report.looked.ledgerLines).toBe(1);
  });

  test('may not know of a target, or of what was before it was kept', async () => {
    expect(await found(...call('web-1'))).toEqual([]);
    const later = call('web-2', { fence: 7, deploymentId: anId() });
    expect((await found(...call('web-1'), ...later)).slice(1)).toEqual([]);
  });

  test('must be readable', async () => {
    expect(await world.found({}, { ledger: linesOf('nonsense') })).toEqual([
      'ledger_readable: line 1: expected a JSON object',
    ]);
  });

  test('tells of calls that were never announced', async () => {
    expect(await found(...call('web-1'), ...call('web-2'), ...call('web-9'))).toEqual([
      'ledger_intent: a deploy call on web-9 with fence 1 was never announced',
    ]);
  });

  test('tells of a call that was carried out twice', async () => {
    expect(await found(...call('web-1'), ...call('web-1'), ...call('web-2'))).toEqual([
      'ledger_once: a deploy call on web-1 with fence 1 was announced 1 times and made 2 times',
    ]);
  });

  test('tells of a target that was called updated, and was not', async () => {
    const [begun] = call('web-2');
    expect(await found(...call('web-1'), begun!)).toEqual([
      'ledger_evidence: no deploy call was carried out on web-2',
    ]);
  });

  test('is not asked for a call that nobody made: it had what it should, or a person put it there', async () => {
    const restored = (evidence: object) =>
      world.deploymentsAs((each) => {
        const [last] = each.events.slice(-1);
        const event = { type: 'deployment.target_restored', target: web(2), version: null };
        const back = { ...last!, event: { ...event, evidence } as PlanEvent };
        return { ...each, events: [...each.events, back] };
      });
    const told = async (evidence: object) => {
      const lines = [...call('web-1'), ...call('web-2')].map((entry) => JSON.stringify(entry));
      const all = await world.found(restored(evidence), { ledger: linesOf(...lines) });
      return all.filter((each) => each.startsWith('ledger'));
    };

    expect(await told({ unchanged: true })).toEqual([]);
    expect(await told({ settledBy: 'ada' })).toEqual([]);
    expect(await told({})).toEqual(['ledger_evidence: no rollback call was carried out on web-2']);
  });

  test('is not asked about a call whose announcement is not there', async () => {
    const shown = world.deploymentsAs((each) => {
      const events = each.events.filter(({ event }) => event.type !== 'deployment.target_started');
      return { ...each, events };
    });
    const ledger = linesOf(
      ...call('web-2', { deploymentId: anId() }).map((line) => JSON.stringify(line)),
    );

    const all = await world.found(shown, { ledger });
    expect(all.filter((each) => each.startsWith('ledger_evidence'))).toEqual([]);
  });

  test('tells of calls that crossed, and of old fences', async () => {
    const other = call('web-2', { deploymentId: anId(), fence: 2 });
    const [begin, end] = call('web-1');
    const all = await found(begin!, other[0]!, end!, other[1]!);
    expect(all.map((each) => each.split(':')[0])).toEqual([...['ledger_fence', 'ledger_overlap']]);
  });

  test('tells what the targets run: what is called active', async () => {
    const later = call('web-1', {
      fence: 2,
      version: '0.9.0',
      action: 'rollback',
      deploymentId: anId(),
    });
    expect(await found(...call('web-1'), ...call('web-2'), ...later)).toEqual([
      'ledger_active: web-1 runs 0.9.0: active is 1.0.0',
    ]);
    const none = later.map((entry) => ({ ...entry, version: null }));
    expect(await found(...call('web-1'), ...call('web-2'), ...none)).toEqual([
      'ledger_active: web-1 runs nothing: active is 1.0.0',
    ]);
  });

  test('says nothing of a service that is being changed, or whose version is unknown', async () => {
    const lines = () =>
      linesOf(...call('web-1', { version: '7' }).map((entry) => JSON.stringify(entry)));
    const active = { ...API, version: null, deploymentId: id, since: 1 };
    const unknown = world.serviceAs({ active });
    const held = world.serviceAs({ holder: id });
    const nothing = world.serviceAs({ active: null });

    for (const shown of [unknown, held, nothing]) {
      const all = await world.found(shown, { ledger: lines() });
      expect(all.filter((each) => each.startsWith('ledger'))).toEqual([]);
    }
    expect(await world.found({}, { ledger: lines() })).toEqual([
      'ledger_active: web-1 runs 7: active is 1.0.0',
    ]);
  });

  test('is not compared with what has changed since it was read', async () => {
    const ledger = async function* () {
      yield* call('web-1', { version: '7' }).map((entry) => JSON.stringify(entry));
      await world.completed('2.0.0');
    };

    expect(await world.found({}, { ledger: ledger() })).toEqual([]);
  });

  test('is compared with an active deployment that has a record', async () => {
    world.state.deployments.delete(id);

    const all = await found(...call('web-1', { version: '7' }));
    expect(all.filter((each) => each.startsWith('ledger'))).toEqual([]);
  });
});
