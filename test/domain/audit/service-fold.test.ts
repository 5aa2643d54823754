import { describe, expect, test } from 'vitest';
import { FindingLog } from '../../../src/domain/audit/findings/finding.js';
import { ServiceFold } from '../../../src/domain/audit/fold/service-fold.js';
import { StreamFold } from '../../../src/domain/audit/fold/stream-fold.js';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import { type Deployment, stepsOf } from '../../../src/domain/model/deployment/deployment.js';
import { isTerminal } from '../../../src/domain/model/deployment/plan-state.js';
import { UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { aDeployment, eventsOf, fold, v, web } from '../../support/fixtures.js';
import type { Said } from '../../../src/domain/plan/machine/decided.js';
import { beginOn } from '../../support/store-hand.js';
import * as give from '../plan/commands.js';
import { allSteps } from '../plan/states.js';
import { AuditWorld, showing } from './world.js';

/** A service whose deployments are told event by event. */
class ToldService {
  readonly fold: ServiceFold;
  #number = 0;

  constructor(whole = true) {
    this.fold = new ServiceFold(whole);
  }

  tell(deployment: Deployment, ...said: readonly Said[]): Deployment {
    return said.reduce<Deployment>((each, next) => this.#told(each, next), deployment);
  }

  #told(deployment: Deployment, said: Said): Deployment {
    let before = deployment;
    for (const event of eventsOf(deployment, said)) {
      const after = fold(before, [event]);
      this.#number += 1;
      const told = { event, before, at: this.#number, number: this.#number };
      this.fold.learns(told);
      if (isTerminal(after.state.status)) this.fold.ends(told, after);
      before = after;
    }
    return before;
  }

  begun(version: string): Deployment {
    return this.tell(
      aDeployment({ version, approve: true, removes: true }),
      beginOn({ stable: this.fold.stable }),
    );
  }

  completed(version: string): Deployment {
    return this.tell(this.begun(version), ...allSteps, give.judge('healthy'));
  }

  /** All that it touched has what was before again. */
  back(deployment: Deployment): Deployment {
    const going = this.tell(deployment, give.rollback());
    const version = deployment.declared?.version ?? null;
    const restored = [...going.targets.keys()].flatMap((target): readonly Said[] => [
      give.startRestore(target),
      { type: 'deployment.target_restored', target, version, evidence: {} },
    ]);
    return this.tell(going, ...restored, give.finishRollback());
  }

  /** It was put on one target, and is left there. */
  left(version: string): Deployment {
    const taken = [give.startTarget(web(1)), give.updateTarget(web(1))];
    return this.tell(this.begun(version), ...taken, give.halt);
  }
}

describe('the fold of a service', () => {
  test('takes back what was on top, and leaves the rest', () => {
    const service = new ToldService();
    const [one, two] = [service.completed('1.0.0'), service.completed('2.0.0')];
    service.back(service.tell(service.begun('3.0.0'), give.startTarget(web(1))));
    expect(service.fold.active).toMatchObject({ version: '2.0.0', deploymentId: two.id });

    service.back(two);
    expect(service.fold.active).toMatchObject({ version: '1.0.0', deploymentId: one.id });
    expect(service.fold.stable.map(({ deploymentId }) => deploymentId)).toEqual([one.id]);
    service.back(one);
    expect(service.fold.active).toBeNull();
    expect(service.fold.stable).toEqual([]);
  });

  test('does not know what lies under what it has seen, where it has not seen all', () => {
    const service = new ToldService(false);
    expect(service.fold.active).toBeUndefined();
    const one = service.completed('1.0.0');
    expect(service.fold.active).toMatchObject({ version: '1.0.0' });

    service.back(one);
    expect(service.fold.active).toBeUndefined();
  });

  test('calls unknown what is on some targets only, until something is on all again', () => {
    const service = new ToldService();
    const one = service.completed('1.0.0');
    const two = service.left('2.0.0');
    expect(service.fold.active).toMatchObject({ version: null, deploymentId: two.id });

    service.tell(service.begun('3.0.0'), give.rollback(), give.finishRollback());
    expect(service.fold.active).toMatchObject({ version: null, deploymentId: two.id });
    service.back(two);
    expect(service.fold.active).toMatchObject({ version: '1.0.0', deploymentId: one.id });
  });

  test('has nothing to go back to where nothing was ever good', () => {
    const service = new ToldService();
    const one = service.left('1.0.0');
    expect(service.fold.active).toBeNull();

    service.back(one);
    expect(service.fold.active).toBeNull();
  });

  test('can’t tell what a person has said since, until something is deployed again', () => {
    const service = new ToldService();
    service.completed('1.0.0');
    const { active } = service.fold;
    const beside = (stated: number) =>
      service.fold.activeBeside(new Map([[web(1), { ...UNTOUCHED, stated }]]));

    expect(service.fold.activeBeside(new Map([[web(1), UNTOUCHED]]))).toBe(active);
    expect(beside(3)).toBe(active);
    expect(beside(1_000)).toBeUndefined();
  });

  test('keeps targets apart that only one of two plans has', () => {
    const service = new ToldService();
    service.completed('1.0.0');
    const wide = aDeployment({ version: '2.0.0', approve: true, targets: ['web-2', 'web-3'] });
    const begun = service.tell(wide, beginOn({ stable: service.fold.stable }));
    expect(stepsOf(begun)).not.toEqual([]);
    service.tell(begun, give.startShift(0, { 'web-3': 1 }));

    const { targets } = service.fold;
    expect([...targets.keys()].toSorted()).toEqual(['web-1', 'web-2', 'web-3']);
    expect(targets.get(web(1))).toMatchObject({ version: [v('1.0.0')], weight: [null] });
    expect(targets.get(web(2))).toMatchObject({ version: [v('1.0.0')], weight: [null, 0] });
    expect(targets.get(web(3))).toMatchObject({ version: ['?'], weight: [null, 1] });
  });
});

test('the fold of the stream looks each deployment up once, and again where it goes on after its end', async () => {
  const world = new AuditWorld();
  const [first, second] = [await world.completed('1.0.0'), await world.completed('2.0.0')];
  await world.hand.give(second, { type: 'rollback', reason: 'slow' });
  const asked: DeploymentId[] = [];
  const source = showing(world.source, {
    snapshots: (ids) => {
      asked.push(...ids);
      return world.source.snapshots(ids);
    },
    async *stream(after, until) {
      for await (const page of world.source.stream(after, until)) {
        for (let at = 0; at < page.length; at += 5) yield page.slice(at, at + 5);
      }
    },
  });
  const stream = new StreamFold(source, new FindingLog(9), await source.frame());

  await stream.advance(null);

  expect(asked).toEqual([first, second, second]);
});
