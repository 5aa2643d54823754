import { ConfigError } from '../../contracts/problems/config-error.js';
import type { Death } from '../../adapters/simulation/mortal-store.js';
import type { ConfigInput } from '../../contracts/config/config.schema.js';
import {
  type SimulationOptions,
  type SimulationOptionsInput,
  SimulationOptionsSchema,
  type SimulationSpecInput,
} from '../../contracts/simulation/simulation.schema.js';
import type { Simulated, SimulationRefusal } from '../../contracts/views/simulation-view.js';
import { type Version, version as versionOf } from '../../domain/model/ids.js';
import { DeploymentManager } from '../../domain/manager/deployment-manager.js';
import { DeploymentOrchestrator } from '../../domain/manager/deployment-orchestrator.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { SILENT } from '../../domain/ports/log.js';
import { ok, type Result } from '../../domain/model/result.js';
import { runSimulated } from './run-simulated.js';
import { type Meddling, type SimulatedWorld, simulatedWorld } from './simulated-world.js';
import {
  refusalOf,
  type SimulatedService,
  type SimulationSubject,
  subjectOf,
} from './simulation-subject.js';

export interface SimulationRequest extends SimulationOptionsInput, SimulatedService, Meddling {
  /** A small spec, or a whole configuration; then `service` says which one is deployed. */
  readonly spec: SimulationSpecInput | ConfigInput;
}

/**
 * The machine, the strategies and the judge that workers run, in a world in
 * memory whose clock jumps: hours take milliseconds, and the same request gives
 * the same timeline.
 *
 *     const simulation = await createSimulation({
 *       spec: { targets: 4, strategy: { kind: 'canary', stages: [25, 100], wait: '2h' } },
 *       faults: ['web-3'],
 *     });
 *     const { deployment } = await simulation.deploy('2.0.0');
 *     expect(deployment.state.status).toBe('rolled_back');
 *     expect(simulation.driver.runs.get(targetId('web-3'))).toBe('previous');
 */
export class Simulation {
  readonly #subject: SimulationSubject;
  readonly #options: SimulationOptions;
  readonly #world: SimulatedWorld;
  readonly #deaths: Death[];

  constructor(subject: SimulationSubject, options: SimulationOptions, world: SimulatedWorld) {
    this.#subject = subject;
    this.#options = options;
    this.#world = world;
    this.#deaths = [...world.faults.deaths];
  }

  get clock(): SimulatedWorld['clock'] {
    return this.#world.clock;
  }

  /** Knows every call, and what each target really runs. */
  get driver(): SimulatedWorld['driver'] {
    return this.#world.driver;
  }

  get router(): SimulatedWorld['router'] {
    return this.#world.router;
  }

  get flags(): SimulatedWorld['flags'] {
    return this.#world.flags;
  }

  get store(): SimulatedWorld['store'] {
    return this.#world.store;
  }

  get index(): SimulatedWorld['index'] {
    return this.#world.index;
  }

  /**
   * The worker of the next deployment dies at its `nth` call to the store, from
   * 1, and another takes over when its lease has run out. Called again, that
   * one dies too.
   *
   * @param moment whether that call still takes effect
   */
  crashAt(nth: number, moment: 'before' | 'after' = 'before'): this {
    this.#deaths.push({ nth, moment });
    return this;
  }

  /**
   * Plans and carries out a deployment, until it has ended or waits for a person.
   *
   * @throws ConfigError when it can't be planned
   */
  async deploy(version?: string): Promise<Simulated> {
    const simulated = await this.tryDeploy(version === undefined ? undefined : versionOf(version));
    if (!simulated.ok) throw configError(simulated.error);
    return simulated.value;
  }

  /** The same, with a plan's refusal as a value. */
  async tryDeploy(
    version: Version = this.#subject.version,
  ): Promise<Result<Simulated, SimulationRefusal>> {
    const { clock, store, index, driver } = this.#world;
    const startedAt = clock.now();
    const planned = await this.#plan(version);
    if (!planned.ok) return planned;
    const { id } = planned.value;
    const deaths = this.#deaths.splice(0);
    const waitsFor = await runSimulated(this.#world, id, this.#options.gates, deaths);
    return ok({
      ...{ startedAt, waitsFor },
      endedAt: clock.now(),
      deployment: (await store.load(id)) ?? planned.value,
      events: await index.events(id),
      active: await index.active(this.#subject),
      runs: new Map(driver.runs),
    });
  }

  /** Planned, and approved by as many as must approve. */
  async #plan(version: Version): Promise<Result<Deployment, SimulationRefusal>> {
    const { ports, store, index, ids, clock } = this.#world;
    const { catalog, service, environment } = this.#subject;
    const orchestrator = new DeploymentOrchestrator({ ...ports, store, worker: 'simulation' });
    const manager = new DeploymentManager({
      ...{ orchestrator, catalog, store, index, ids, clock, log: SILENT },
    });
    const id = ids.deploymentId();
    const planned = await manager.plan({
      ...{ id, service, environment, version, digest: id },
      ...{ approve: true, requestedBy: 'simulation', idempotencyKey: null, metadata: {} },
    });
    if (!planned.ok) return planned;
    const { approval, approvals, approvers } = planned.value.deployment.plan.policy;
    if (approval === 'none') return ok(planned.value.deployment);
    const people = approvers ?? Array.from({ length: approvals }, (_, at) => `approver-${at + 1}`);
    let { deployment } = planned.value;
    for (const by of people) {
      if (deployment.state.status !== 'draft') break;
      const done = await orchestrator.command(id, { type: 'approve', by }, by, false);
      deployment = done?.deployment ?? deployment;
    }
    return ok(deployment);
  }
}

/** @throws ConfigError that names the field and what was wanted of it */
export async function createSimulation(request: SimulationRequest): Promise<Simulation> {
  const simulation = await prepareSimulation(request);
  if (!simulation.ok) throw configError(simulation.error);
  return simulation.value;
}

/** One deployment in a simulation of its own: what `signalbox simulate` prints. @throws ConfigError */
export async function simulate(request: SimulationRequest): Promise<Simulated> {
  return (await createSimulation(request)).deploy();
}

/** A request as it came from files and flags: nothing of it is checked yet. */
export type UncheckedRequest = Meddling &
  SimulatedService & { readonly [Field in keyof SimulationOptionsInput | 'spec']?: unknown };

export async function prepareSimulation({
  spec,
  service,
  environment,
  onCall,
  onCheck,
  ...circumstances
}: UncheckedRequest): Promise<Result<Simulation, SimulationRefusal>> {
  const options = SimulationOptionsSchema.safeParse(circumstances);
  if (!options.success) return { ok: false, error: refusalOf(options.error, 'options') };
  const subject = subjectOf(spec, { service, environment });
  if (!subject.ok) return subject;
  const { version, previousVersion } = options.data;
  const asked: SimulationSubject = {
    ...subject.value,
    ...(version !== undefined && { version }),
    ...(previousVersion !== undefined && { previousVersion }),
  };
  const world = await simulatedWorld(asked, options.data, { onCall, onCheck });
  return world.ok ? ok(new Simulation(asked, options.data, world.value)) : world;
}

const configError = ({ path, message }: SimulationRefusal): ConfigError =>
  new ConfigError(`${path}: ${message}`);
