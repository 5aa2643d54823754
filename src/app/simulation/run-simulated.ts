import { type Death, mortalStore, WorkerDied } from '../../adapters/simulation/mortal-store.js';
import type { SimulationOptions } from '../../contracts/simulation/simulation.schema.js';
import type { DeploymentId } from '../../domain/model/ids.js';
import { DeploymentOrchestrator } from '../../domain/manager/deployment-orchestrator.js';
import type { Ending } from '../../domain/orchestrator/ending.js';
import { workOwed } from '../../domain/model/deployment/work-owed.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { isTerminal } from '../../domain/model/deployment/plan-state.js';
import type { SimulatedWorld } from './simulated-world.js';

/** What takes longer than this is not waited for. */
const LONGEST_MS = 366 * 86_400_000;

/**
 * Pass after pass, as workers would run them, until nothing more happens by
 * itself. A worker that dies is followed by the next.
 *
 * @returns what the deployment waits for, or `null` where it has ended
 */
export async function runSimulated(
  world: SimulatedWorld,
  id: DeploymentId,
  gates: SimulationOptions['gates'],
  deaths: readonly Death[],
): Promise<string | null> {
  const { clock } = world;
  const until = clock.now() + LONGEST_MS;
  for (let life = 0; ; life++) {
    const worker = workerOf(world, life, deaths[life]);
    try {
      for (;;) {
        const deployment = await loaded(world, id);
        const owed = workOwed(deployment);
        if (owed === null) return standingOf(deployment);
        const ending = await worker.advance(owed.kind, id);
        const waits = await restOf(world, ending, gates);
        if (waits !== null) return waits;
        if (clock.now() > until) return 'an end that does not come within a year';
      }
    } catch (error) {
      if (!(error instanceof WorkerDied)) throw error;
    }
  }
}

function workerOf(
  { ports, store }: SimulatedWorld,
  life: number,
  death: Death | undefined,
): DeploymentOrchestrator {
  return new DeploymentOrchestrator({
    ...ports,
    store: death === undefined ? store : mortalStore(store, death),
    worker: `worker-${life + 1}`,
  });
}

async function loaded({ store }: SimulatedWorld, id: DeploymentId): Promise<Deployment> {
  const deployment = await store.load(id);
  if (deployment === undefined) throw new Error(`${id} is not in the simulated store`);
  return deployment;
}

/** Lets the time pass that a pass asked for; says what is waited for where that never comes by itself. */
async function restOf(
  world: SimulatedWorld,
  ending: Ending,
  gates: SimulationOptions['gates'],
): Promise<string | null> {
  const { clock } = world;
  if (ending.kind === 'busy') await clock.sleep(ending.ms);
  if (ending.kind !== 'wait_until') return null;
  const { state, progress, id } = ending.deployment;
  if (state.status === 'executing' && state.gate !== undefined) {
    const { name, until } = state.gate;
    if (gates === 'promote') {
      await workerOf(world, 0, undefined).command(id, PROMOTE, PROMOTE.by, false);
      return null;
    }
    if (gates === 'wait' || until === null) return `somebody to promote gate ${name}`;
  }
  const { hold } = progress;
  if (state.status === 'approved' && hold !== null && hold.until === null) {
    return `${hold.liftedBy} (${hold.reason})`;
  }
  await clock.sleep(ending.until - clock.now());
  return null;
}

const PROMOTE = { type: 'promote', by: 'simulation', all: false } as const;

function standingOf({ state }: Deployment): string | null {
  if (isTerminal(state.status)) return null;
  return state.status === 'paused'
    ? `somebody to resume or abort it (${state.reason})`
    : 'somebody to approve it';
}
