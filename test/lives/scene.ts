import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import { chanceFrom } from '../support/chance.js';
import * as core from './core-under-test.js';
import { type Scenery, Stage } from './stage.js';

/** Takes them one after the other, and leaves all but one to serve. */
export const CAREFUL: StrategySpec = { kind: 'rolling', maxUnavailable: 1 };
/** Fails without a second try, and leaves all as it is. */
export const HELD: Partial<core.Policy> = { onFailure: 'hold', retries: 0 };
export const BY_WEIGHT: StrategySpec = { kind: 'canary', traffic: true, stages: [50, 100] };

/** Longer than any deadline here, and not as long as a gate is open. */
const LONG_MS = 2 * 3_600_000;

/** A stage on which nothing goes wrong but what a test says, with 1.0.0 on every target. */
export async function aScene(targets = 3, more: Partial<Scenery> = {}) {
  const scenery = { targets, coloured: false, router: 'one_state', checked: false } as const;
  const few = { removes: false, observes: false, limited: false };
  const stage = new Stage({ ...scenery, ...few, ...more }, chanceFrom(1));
  const { cluster, places, troubles, ways } = stage;

  const run = async (ms = LONG_MS): Promise<void> => {
    await cluster.run(async () => false, cluster.clock.now() + ms);
    if (cluster.broke.length > 0) throw new Error(cluster.broke.join('; '));
  };
  const plan = async (
    version: string,
    strategy: StrategySpec,
    policy: Partial<core.Policy> = {},
    approve = true,
    without: readonly number[] = [],
  ): Promise<core.Deployment> => {
    const planned = await stage.plan({
      ...{ version, strategy, policy, approve, without, renamed: [] },
      trigger: 'person',
    });
    if (typeof planned === 'string') throw new Error(planned);
    return planned;
  };
  /** Asked for, and followed until nothing more happens by itself. */
  const deploy = async (...asked: Parameters<typeof plan>): Promise<core.Deployment> => {
    // What ended before ended at another time.
    cluster.clock.advance(1_000);
    const { id } = await plan(...asked);
    await run();
    return reload(id);
  };
  const reload = (id: string): core.Deployment => {
    const found = core.deploymentIn(cluster.core, id);
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  };
  const order = async ({ id }: core.Deployment, said: core.PlanCommand): Promise<void> => {
    const refusal = await cluster.order(id, said);
    if (refusal !== null) throw new Error(refusal);
  };

  await deploy('1.0.0', { kind: 'rolling', batchSize: '100%' });
  places.fewest = places.serving;
  return { cluster, places, troubles, ways, run, plan, deploy, reload, order };
}

export type Scene = Awaited<ReturnType<typeof aScene>>;

/** What is wrong by the places alone, in sentences. */
export const faultsIn = ({ places }: Scene): readonly string[] =>
  places.judge.faults.map(({ said }) => said);

/** What each target runs, what of the traffic is set for it, and whether it gets any. */
export const placesOf = ({ places }: Scene) =>
  places.targets.map((id) => {
    const { version, share } = places.at(id);
    return { version, share: Math.round(share * 100), serves: places.serves(id) };
  });

export const all = (targets: number, version: string) =>
  Array.from({ length: targets }, () => ({
    version,
    share: Math.round(100 / targets),
    serves: true,
  }));
