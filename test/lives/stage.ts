import { MemoryFlagStore } from '../../src/adapters/memory/memory-flags.js';
import type { AnalysisSpec } from '../../src/domain/model/plan/analysis-spec.js';
import { HealthChecker } from '../../src/domain/health/health-checker.js';
import type { FlagStore } from '../../src/domain/ports/flag-store.js';
import type { Transition } from '../../src/domain/ports/deployment-store.js';
import type { MetricSource } from '../../src/domain/ports/metric-source.js';
import { err, ok } from '../../src/domain/model/result.js';
import type { Chance } from '../support/chance.js';
import { Cluster } from './cluster.js';
import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import * as core from './core-under-test.js';
import type { Fault } from './judge.js';
import { floorOf } from './floor-of.js';
import { Ways } from './places-driver.js';
import { PlacesRouter } from './places-router.js';
import type { Move } from './place.js';
import { Places, type PlacesOptions } from './places.js';
import type { Configured } from './configured.js';
import { PlaceSizes, type Sizes } from './sizes.js';
import { Troubles } from './trouble.js';
import { Witness } from './witness.js';

export const ANALYSIS: AnalysisSpec = {
  name: 'errors',
  metrics: [
    {
      kind: 'threshold',
      name: 'errors',
      source: 'metrics',
      query: 'errors',
      direction: 'lower',
      against: { kind: 'limit', limit: 1 },
      weight: 1,
      critical: false,
      noData: 'inconclusive',
      tooLittleData: 'wait',
      sourceDown: 'inconclusive',
      minSamples: 1,
      failureLimit: 0,
    },
  ],
  initialDelay: 1_000,
  interval: 5_000,
  count: 2,
  onInconclusive: 'pause',
  consecutiveErrorLimit: 1,
  passScore: 100,
  marginalScore: 50,
  sequential: false,
  stopWhenShown: false,
  confidence: 0.95,
};

export interface Scenery {
  readonly targets: number;
  readonly coloured: boolean;
  /** `one_state`: ready, drained or in maintenance, and never two of them, as HAProxy has it. */
  readonly router: 'none' | 'memory' | 'one_state';
  readonly checked: boolean;
  readonly removes: boolean;
  readonly observes: boolean;
  readonly limited: boolean;
  /** How much the places can carry; all the same, where it is not said. */
  readonly sizes?: Sizes | null;
  /** How long persistent clients are let after a switch, in milliseconds; for ever, where it is not said. */
  readonly persistentGraceMs?: number | null;
  /** How many balancers stand side by side before it, where there is a router; one where it is not said. */
  readonly balancers?: 1 | 2;
}

/** One service with its places, its router and the workers that deploy to it. */
export class Stage {
  readonly cluster: Cluster;
  readonly places: Places;
  readonly troubles: Troubles;
  readonly ways: Ways;
  readonly #flags = new MemoryFlagStore();
  readonly #witness: Witness;
  readonly #scenery: Scenery;
  readonly #service: core.Service;
  readonly #names = new Map<string, string>();
  readonly #strategies = new Map<string, StrategySpec>();
  readonly #metrics: MetricSource;

  constructor(
    scenery: Scenery,
    chance: Chance,
    placesOf = (options: PlacesOptions): Places => new Places(options),
  ) {
    this.#scenery = scenery;
    const { coloured, router, checked } = scenery;
    const targets = Array.from({ length: scenery.targets }, (_, at) => `web-${at + 1}`);
    this.troubles = new Troubles(chance);
    this.cluster = new Cluster((transition, worker) => this.written(transition, worker));
    const { clock } = this.cluster;
    const now = (): number => clock.now();
    const routed = router !== 'none';
    const seeing = routed || checked;
    const sizes = new PlaceSizes(targets, scenery.sizes);
    const oneState = router === 'one_state';
    this.places = placesOf({ targets, routed, oneState, seeing, now, sizes });
    this.places.judge.floor = () => this.#floorOf(core.holderOf(this.cluster.core) ?? '');
    this.ways = new Ways(this.places, this.troubles, clock, checked);
    this.#witness = new Witness(
      this.places,
      () => this.cluster.core,
      (id) => this.nameOf(id),
    );
    this.#service = {
      ...scenery,
      routed,
      analyses: [ANALYSIS],
      targets: targets.map((id, at) => ({
        id,
        colour: coloured ? (at % 2 === 0 ? 'blue' : 'green') : null,
        ...(scenery.sizes?.by === 'configuration' && { capacity: sizes.of(id) }),
      })),
    };
    this.#metrics = {
      kind: 'places',
      query: async () => ok({ values: [this.troubles.measured()], notNumbers: 0, series: 1 }),
    };
    this.cluster.runtime = ({ id }, worker) => this.#runtimeFor(this.nameOf(id), worker);
  }

  get faults(): readonly Fault[] {
    return this.places.judge.faults;
  }

  get story(): readonly string[] {
    return this.places.judge.story();
  }

  /** Something happens without us. */
  move(move: Move): void {
    this.places.move(move);
  }

  /** Something durable was written by the run of this worker. */
  protected written({ before, after, events }: Transition, worker: string): void {
    this.places.wrote(worker);
    const types = events.map(({ event }) => event.type);
    this.#witness.written(before, after, types);
    if (after.state.status === 'completed') this.ways.proven.add(after.version);
  }

  nameOf(id: string): string {
    return this.#names.get(id) ?? id;
  }

  /** From now on the configuration is this. */
  configure({ without, forgotten, renamed }: Configured): void {
    const named = (numbers: readonly number[]) =>
      numbers.map((at) => this.places.targets[at] ?? '');
    if (without.length + renamed.length > 0) this.places.changing = true;
    this.places.route(forgotten ? named(without) : [], named(renamed));
  }

  /** Plans a deployment; a sentence where it is refused. With `approve` it begins when its turn comes. */
  async plan(asked: Omit<core.Asked, 'number'>): Promise<core.Deployment | string> {
    const number = this.#names.size + 1;
    const { clock, core: record } = this.cluster;
    const planned = await core.planned(record, this.#service, { ...asked, number }, clock.now());
    if (typeof planned === 'string') return planned;
    const name = asked.back === true ? `back-to-${asked.version}-${number}` : asked.version;
    this.#names.set(planned.id, name);
    this.#strategies.set(planned.id, asked.strategy);
    if (asked.approve) this.begin(planned);
    return planned;
  }

  #floorOf(id: string): number {
    const strategy = this.#strategies.get(id);
    const deployment = core.deploymentIn(this.cluster.core, id);
    if (strategy === undefined || deployment === undefined) return 0;
    const sizeOf = (target: string): number => this.places.sizes.of(target);
    return floorOf(strategy, deployment, this.#scenery.coloured, sizeOf);
  }

  /** Publishes its work, as a publisher does. */
  begin({ id, run }: core.Deployment): void {
    this.cluster.publish({ kind: 'execute', deploymentId: id, run });
  }

  #runtimeFor(by: string, worker: string): core.ServiceRuntime {
    const { router, checked, removes, observes } = this.#scenery;
    const { clock } = this.cluster;
    const probe = this.ways.probe(() => this.troubles.check() && this.troubles.chance() < 0.2);
    return {
      driver: this.ways.driver(by, removes, observes),
      checker: checked ? new HealthChecker(clock, [probe]) : null,
      router:
        router === 'none'
          ? null
          : new PlacesRouter(this.places, this.troubles, clock, { by, worker }),
      flags: this.#flagStore(),
      metrics: () => this.#metrics,
    };
  }

  #flagStore(): FlagStore {
    return {
      kind: 'memory',
      read: (flag, signal) => this.#flags.read(flag, signal),
      set: async (call, flag, percent, signal) => {
        const fault = this.troubles.flag();
        if (fault !== null) {
          const transient = fault === 'passing';
          return err({ code: 'flag/unreachable', message: 'trouble', transient });
        }
        const answer = await this.#flags.set(call, flag, percent, signal);
        if (answer.ok) this.#flagSet(call.deploymentId, flag, percent);
        return answer;
      },
    };
  }

  #flagSet(id: string, flag: string, percent: number | null): void {
    const deployment = core.deploymentIn(this.cluster.core, id);
    const steps = deployment === undefined ? [] : core.stepsIn(deployment);
    const overwrites = steps.some(
      (step) => step.kind === 'set_flag' && step.onForeignChange === 'overwrite',
    );
    const wrong = this.#witness.flags.set(id, flag, { percent, overwrites });
    for (const said of wrong) this.places.judge.fault('end: flag', `${this.nameOf(id)}: ${said}`);
  }

  /** A person changes every flag that is there. */
  handOnFlags(percent: number | null): void {
    for (const flag of this.#witness.flags.names) {
      this.#flags.changeByHand(flag, percent);
      this.#witness.flags.byHand(flag, percent);
    }
    this.places.judge.note('a person', `flags ${percent}`);
  }
}
