import { describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { AuditSource } from '../../../src/domain/ports/audit-source.js';
import type { RepairAnswer, RepairStore } from '../../../src/domain/repair/repair-store.js';
import { carryOut, repairsOf } from '../../../src/domain/repair/carry-out.js';
import { examine } from '../../../src/domain/repair/examine.js';
import { type Repair, repairText } from '../../../src/domain/repair/repair.js';
import { anId, API } from '../../support/fixtures.js';
import { AuditWorld, pagesOf, showing } from '../audit/world.js';
import { aPlace, finding as aFinding, NOTE, told } from './places.js';

/** A store that says of the service what the audit's source says. */
function storeOf(world: AuditWorld, given: Partial<RepairStore> = {}): RepairStore {
  const unasked = (): never => {
    throw new Error('not asked for here');
  };
  return {
    recounts: async () => new Map(),
    unreadable: async () => [],
    place: async () => {
      const { sequence, services } = await world.source.servicesNow([API]);
      const [api] = services;
      const { holder = null, fence = 0, active = null, stable = [] } = api ?? {};
      return aPlace(active, stable, { sequence, holder, fence });
    },
    standing: unasked,
    apply: unasked,
    settle: unasked,
    log: unasked,
    ...given,
  };
}

async function examined(
  world: AuditWorld,
  shown: Partial<AuditSource> = {},
  given: Partial<RepairStore> = {},
) {
  const source = showing(world.source, shown);
  const { prescriptions } = await examine(source, storeOf(world, given), 10);
  return prescriptions.map(({ finding, remedies }) => [finding.invariant, ...told(remedies)]);
}

describe('an examination', () => {
  test('finds nothing where all is well', async () => {
    const world = new AuditWorld();
    await world.completed('1.0.0');

    expect(await examined(world)).toEqual([]);
  });

  test('says of each finding what helps against it, or why nothing does', async () => {
    const world = new AuditWorld();
    const id = await world.completed('1.0.0');
    const gone = anId();
    const { counters, ...frame } = await world.source.frame();
    const shown: Partial<AuditSource> = {
      frame: async () => ({ ...frame, counters: { ...counters, completed: 4 } }),
      indexed: () => pagesOf([{ index: 'open' as const, id: gone }]),
      limits: () => pagesOf([{ key: 'k', members: [gone] }]),
      jobs: () => pagesOf([`${gone}.execute.1`]),
      ...world.deploymentsAs((each) => ({ ...each, open: true, holds: true })),
    };

    expect(await examined(world, shown)).toEqual([
      ['open_complete', `take ${id} out of the index of open deployments`],
      ['slot_held', `take the slot of production/api from ${id}, and hand it to the next in line`],
      ['counters_exact', 'count 1 as completed, not 4'],
      ['open_complete', `take ${gone} out of the index of open deployments`],
      ['limits_kept', `take ${gone} out of the limit k`],
      ['jobs_known', expect.stringContaining('a worker drops the job')],
    ]);
  });

  test('looks at a service that is wrong as it is now, with what the stream tells of it', async () => {
    const world = new AuditWorld();
    const id = await world.completed('1.0.0');
    const wrong = world.serviceAs({ active: null, holder: anId() });
    const place = async () => {
      const { sequence } = await world.source.frame();
      return aPlace(null, [], { sequence });
    };

    const found = await examined(world, wrong, { place });

    expect(found).toEqual([
      [
        'active_folded',
        `make 1.0.0 of ${id} active in production/api, its stable versions 1.0.0 of ${id}`,
      ],
      ['slot_held', expect.stringMatching(/^take dep_\w+ out of the line of production\/api$/)],
    ]);
    expect(await examined(world, wrong)).toEqual([
      ['active_folded', 'it is as it should be by now'],
      ['slot_held', expect.any(String)],
    ]);
  });

  test('leaves the slot of a service alone that is being changed', async () => {
    const world = new AuditWorld();
    await world.completed('1.0.0');
    const holder = anId();
    const shown = world.deploymentsAs((each) => ({ ...each, inLine: true }));
    const place = async () => aPlace(null, [], { holder, busy: true });

    expect(await examined(world, shown, { place })).toEqual([
      ['slot_held', `${holder} changes the service: repair it when that has ended`],
    ]);
  });

  test('repairs what cannot be read before it asks what is active', async () => {
    const world = new AuditWorld();
    const id = await world.completed('1.0.0');
    const { sequence } = await world.source.frame();
    const place = async () => aPlace('unreadable', [], { sequence });
    const unreadable = async () => [API];
    const servicesNow: AuditSource['servicesNow'] = async (refs) => {
      expect(refs).toEqual([]);
      return { sequence, services: [] };
    };

    expect(await examined(world, { servicesNow }, { place, unreadable })).toEqual([
      [
        'active_folded',
        `make 1.0.0 of ${id} active in production/api, its stable versions 1.0.0 of ${id}`,
      ],
    ]);
  });

  test('calls unknown what the stream does not tell of any more', async () => {
    const world = new AuditWorld();
    const id = await world.completed('1.0.0');
    world.tape.events.length = 0;
    const { services } = await world.source.servicesNow([API]);
    const stable = services.flatMap((each) => each.stable);
    const place = async () => aPlace(null, stable, { sequence: 0 });

    expect(await examined(world, world.serviceAs({ active: null }), { place })).toEqual([
      [
        'active_folded',
        `make unknown of ${id} active in production/api, its stable versions 1.0.0 of ${id}`,
      ],
    ]);
  });

  test('has no word for what is of no service or deployment', async () => {
    const world = new AuditWorld();
    const ids: DeploymentId[] = [await world.limited('1.0.0'), await world.limited('2.0.0')];
    const shown: Partial<AuditSource> = { limits: () => pagesOf([{ key: 'k', members: ids }]) };
    const services = async function* () {
      yield [];
    };

    expect(await examined(world, shown)).toContainEqual([
      'limits_kept',
      expect.stringContaining('it falls as deployments end'),
    ]);
    const lost = world.deploymentsAs((each) => ({ ...each, holds: true, inLine: true }));
    expect(await examined(world, { ...lost, services })).toContainEqual([
      'slot_held',
      'it is as it should be by now',
    ]);
  });
});

describe('to carry repairs out', () => {
  /** A deployment that is said to be open until somebody has taken it out. */
  async function broken(answers: readonly RepairAnswer[]) {
    const world = new AuditWorld();
    await world.completed('1.0.0');
    const asked: Repair[] = [];
    const source = showing(
      world.source,
      world.deploymentsAs((each) => ({ ...each, open: asked.length < answers.length })),
    );
    const store = storeOf(world, {
      apply: async (repair) => {
        asked.push(repair);
        return answers[asked.length - 1] ?? 'done';
      },
    });
    return { ...(await carryOut(source, store, NOTE, 10)), asked };
  }

  test('repairs and looks again, until nothing is left', async () => {
    const { repaired, after, asked } = await broken(['done', 'done']);

    expect(repaired.map(({ answer }) => answer)).toEqual(['done', 'done']);
    expect(asked.map(repairText)[0]).toMatch(/^take dep_\w+ out of the index of open deployments$/);
    expect(after.prescriptions).toEqual([]);
  });

  test('stops where nothing could be done, or nothing helps', async () => {
    const { repaired, after } = await broken(['busy', 'done']);
    expect(repaired.map(({ answer }) => answer)).toEqual(['busy']);
    expect(after.prescriptions).toHaveLength(1);

    const endless = await broken(Array.from({ length: 9 }, () => 'done' as const));
    expect(endless.repaired).toHaveLength(5);
    expect(endless.after.prescriptions).toHaveLength(1);
  });

  test('leaves what nothing helps against', () => {
    const prescription = { finding: aFinding('state_folded'), remedies: [{ why: 'nobody knows' }] };

    expect(repairsOf({ prescriptions: [prescription] })).toEqual([]);
  });

  test('does nothing where there is nothing to do', async () => {
    expect((await broken([])).repaired).toEqual([]);
  });
});
