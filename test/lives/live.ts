import { bookkeepingFaults } from './bookkeeping.js';
import { isCalm, mustComplete } from './calm.js';
import * as core from './core-under-test.js';
import type { Fault } from './judge.js';
import { immortal } from '../support/mortal.js';
import type { Order, Planned, Shape } from './shape.js';
import { stageOf } from './pair-stage.js';
import type { Stage } from './stage.js';
import { CALM } from './trouble.js';

/** A life that was lived. */
export interface Life {
  readonly shape: Shape;
  readonly faults: readonly Fault[];
  readonly story: readonly string[];
  /** How each of its deployments ended. */
  readonly ends: readonly string[];
  readonly refused: number;
  readonly deaths: number;
  /** How many were completed that went back to a named version. */
  readonly wentBack: number;
}

/** Deployments that are under way together: the first when all is quiet, the others so much later. */
type Phase = readonly [Planned, ...Planned[]];

/** Everything that happens in a life, to its end. */
export async function live(shape: Shape): Promise<Life> {
  const life = new Living(shape);
  await life.prepare();
  const phases = phasesOf(shape.deployments);
  for (const [at, phase] of phases.entries()) await life.through(phase, phases[at + 1]?.[0]);
  return life.end();
}

function phasesOf(deployments: readonly Planned[]): readonly Phase[] {
  const phases: [Planned, ...Planned[]][] = [];
  for (const planned of deployments) {
    const last = phases.at(-1);
    if (last === undefined || typeof planned.asked !== 'number') phases.push([planned]);
    else last.push(planned);
  }
  return phases;
}

class Living {
  readonly #shape: Shape;
  readonly #stage: Stage;
  /** Those of the shape, in its order; those that were refused have none. */
  readonly #asked = new Map<Planned, core.Deployment>();
  #early: core.Deployment | null = null;
  #refused = 0;
  #calls = 0;
  #drains = 0;
  #moving: readonly Planned[] = [];

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#stage = stageOf(shape);
    this.#stage.troubles.onCall = (name) => this.#called(name);
  }

  /** A version on every target, and with colours the traffic on one of them. */
  async prepare(): Promise<void> {
    const { plan, run } = this.#ways;
    const asked = {
      policy: {},
      trigger: 'person',
      approve: true,
      without: [],
      renamed: [],
    } as const;
    await plan({ ...asked, version: '1.0.0', strategy: { kind: 'rolling', batchSize: '100%' } });
    await run();
    if (!this.#shape.scenery.coloured || !this.#shape.settled) return;
    await plan({ ...asked, version: '1.1.0', strategy: { kind: 'blue_green' } });
    await run();
  }

  async through([first, ...beside]: Phase, next: Planned | undefined): Promise<void> {
    const { cluster, troubles } = this.#stage;
    // What ended before ended at another time.
    cluster.clock.advance(1_000);
    cluster.fates.length = 0;
    this.#calls = 0;
    this.#drains = 0;
    troubles.now = first.trouble;
    const early = this.#early;
    this.#early = next?.asked === 'early' ? await this.#plan(next, false) : null;
    if (early === null) await this.#plan(first, true);
    else await cluster.order(early.id, { type: 'approve', by: 'ann' });
    this.#moving = [first, ...beside];
    let from = cluster.clock.now();
    this.#follow(first, from);
    for (const planned of beside) {
      from += typeof planned.asked === 'number' ? planned.asked : 0;
      cluster.at(from, async () => {
        troubles.now = planned.trouble;
        await this.#plan(planned, true);
      });
      this.#follow(planned, from);
    }
    await this.#ways.run();
    troubles.now = CALM;
  }

  end(): Life {
    const { cluster, places } = this.#stage;
    const { judge } = places;
    for (const said of cluster.broke) judge.fault('broke', said);
    for (const { id, state } of cluster.open) {
      judge.fault('no end', `${this.#stage.nameOf(id)} has not ended: ${JSON.stringify(state)}`);
    }
    if (isCalm(this.#shape)) this.#judgeCalm();
    for (const said of bookkeepingFaults(cluster.core)) judge.fault('bookkeeping', said);
    const asked = new Set<string>([...this.#asked.values()].map(({ id }) => id));
    const rows = core.rowsOf(cluster.core).map(({ deployment }) => deployment);
    const ends = rows.flatMap(({ id, state }) => (asked.has(id) ? [state.status] : []));
    return {
      shape: this.#shape,
      faults: this.#stage.faults,
      story: this.#stage.story,
      ends,
      refused: this.#refused,
      deaths: cluster.deaths,
      wentBack: rows.filter((each) => core.placesTakenBy(each).length > 0 && each.succeeded).length,
    };
  }

  /** A calm life completes all that was accepted. */
  #judgeCalm(): void {
    const { cluster, places } = this.#stage;
    for (const { id, version } of this.#asked.values()) {
      const ended = core.deploymentIn(cluster.core, id);
      if (ended === undefined || ended.state.status === 'completed') continue;
      if (!mustComplete(ended, this.#shape.scenery.sizes ?? null) || core.hadNothingToDo(ended))
        continue;
      const said = `nothing was in the way of ${version}: ${JSON.stringify(ended.state)}`;
      places.judge.fault('needless end', said);
    }
  }

  get #ways() {
    const { cluster } = this.#stage;
    return {
      plan: (asked: Parameters<Stage['plan']>[0]) => this.#stage.plan(asked),
      run: () => cluster.run((open) => this.#nudge(open)),
    };
  }

  async #plan(planned: Planned, approve: boolean): Promise<core.Deployment | null> {
    const { strategy, trigger, configured, back = 0 } = planned;
    const { without, renamed, removedTargets } = configured;
    this.#stage.configure(configured);
    const policy = { ...planned.policy, removedTargets };
    const good = back === 0 ? null : core.versionBack(this.#stage.cluster.core, back);
    const version = good ?? `${this.#shape.deployments.indexOf(planned) + 2}.0.0`;
    const asked = { version, strategy, policy, trigger, approve, back: good !== null };
    const made = await this.#stage.plan({ ...asked, without, renamed });
    if (typeof made === 'string') {
      this.#refused += 1;
      return null;
    }
    this.#asked.set(planned, made);
    return made;
  }

  /** Orders, deaths, hands and moves that are planned with a deployment. */
  #follow({ orders, deaths, moves, hands = [] }: Planned, from: number): void {
    const { cluster } = this.#stage;
    cluster.fates.push(...deaths.map((death) => ({ ...immortal(), ...death })));
    const at = this.#shape.deployments.findIndex((planned) => planned.orders === orders);
    for (const order of orders) {
      cluster.at(from + order.at, () => this.#give(order, at - order.back));
    }
    for (const { at: when, percent } of hands) {
      cluster.at(from + when, async () => this.#stage.handOnFlags(percent));
    }
    for (const timed of moves) {
      if ('at' in timed) cluster.at(from + timed.at, async () => this.#stage.move(timed.move));
    }
  }

  async #give(order: Order, to: number): Promise<void> {
    const { cluster, places } = this.#stage;
    const planned = this.#shape.deployments[to];
    const deployment = planned && this.#asked.get(planned);
    if (deployment === undefined) return;
    const refusal = await cluster.order(deployment.id, commandOf(order));
    places.judge.note('ann', `${order.what} ${deployment.version} ${refusal ? '(refused)' : ''}`);
  }

  #called(name: string): void {
    this.#calls += 1;
    if (name === 'drain') this.#drains += 1;
    for (const { moves } of this.#moving) {
      for (const timed of moves) {
        const isNow =
          ('call' in timed && timed.call === this.#calls) ||
          (name === 'drain' && 'drain' in timed && timed.drain === this.#drains);
        if (isNow) this.#stage.move(timed.move);
      }
    }
  }

  /** What a person does about it when nothing goes on by itself any more. */
  async #nudge(open: readonly core.Deployment[]): Promise<boolean> {
    const { cluster } = this.#stage;
    let did = false;
    for (const deployment of open) {
      const { id, state } = deployment;
      if (state.status === 'paused') {
        await cluster.order(id, { type: 'resume' });
        did = true;
      } else if (state.status === 'executing' && state.gate?.until === null) {
        await cluster.order(id, { type: 'promote', by: 'ann', all: false });
        did = true;
      } else if (core.isHeldBack(deployment)) {
        did = core.letAutomationGoOn(cluster.core) || did;
      }
    }
    return did;
  }
}

function commandOf({ what }: Order): core.PlanCommand {
  const reason = 'an order';
  switch (what) {
    case 'pause':
    case 'abort':
    case 'halt':
      return { type: what, reason };
    case 'resume':
      return { type: 'resume' };
    case 'promote':
    case 'promote_all':
      return { type: 'promote', by: 'ann', all: what === 'promote_all' };
    case 'force_end':
      return { type: 'force_end', by: 'ann', reason };
    case 'retry':
      return { type: 'retry', by: 'ann' };
    case 'rollback':
      return { type: 'rollback', reason };
  }
}
