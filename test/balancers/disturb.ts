import { setTimeout as delay } from 'node:timers/promises';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { Balancer } from './sites/balancer.js';
import type { Diary } from './judges/diary.js';
import type { Disturbance } from './draw-case.js';
import type { World } from './world.js';

const LOOK_EVERY_MS = 25;

/** What happens to a deployment while it is under way. */
export interface Under {
  readonly world: World;
  readonly diary: Diary;
  readonly id: string;
  /** Aborted once it has ended. */
  readonly ended: AbortSignal;
}

/** Comes about once the deployment is so far, or has ended. */
export async function disturb(under: Under, disturbance: Disturbance): Promise<void> {
  const { world, ended } = under;
  await so(under, ({ revision }) => revision >= disturbance.at);
  switch (disturbance.kind) {
    case 'kill':
      return world.workers.kill(disturbance.at, disturbance.both);
    case 'restart':
      return restart(under, disturbance);
    case 'maint':
      // Nobody would see what it is good for.
      if (!ended.aborted) await maintain(under, disturbance);
  }
}

async function so(
  { world, id, ended }: Under,
  there: (deployment: Deployment) => boolean,
): Promise<void> {
  while (!ended.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- until it is so
    const found = await world.load(id);
    if (found !== undefined && there(found)) return;
    // oxlint-disable-next-line no-await-in-loop -- until it is so
    await delay(LOOK_EVERY_MS);
  }
}

async function restart(
  { world, diary }: Under,
  { at, how }: Extract<Disturbance, { kind: 'restart' }>,
): Promise<void> {
  const { balancers } = world.site;
  const balancer = balancers[at % balancers.length];
  if (balancer === undefined) return;
  const begunAt = Date.now();
  const { forgets } = await balancer.restart(how);
  const deed = { kind: 'restart' as const, balancer: balancer.name, how, forgets };
  diary.deeds.push({ ...deed, begunAt, until: Date.now() });
}

/** Nobody takes out the last one. */
const leavesSome = async ({ look }: Balancer, target: string): Promise<boolean> =>
  (await look())?.some((server) => server.serves && server.target !== target) === true;

/** A person holds a target out, and gives it back when that is in the way, or at the end. */
async function maintain(
  under: Under,
  { target, everywhere }: Extract<Disturbance, { kind: 'maint' }>,
): Promise<void> {
  const { balancers } = under.world.site;
  const chosen = everywhere ? balancers : balancers.slice(0, 1);
  const held: { balancer: Balancer; deed: { until: number } }[] = [];
  for (const balancer of chosen) {
    const begunAt = Date.now();
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as a person does
    if ((await leavesSome(balancer, target)) && (await balancer.hold(target))) {
      const deed = {
        ...{ kind: 'maint' as const, balancer: balancer.name, target, begunAt },
        ...{ at: Date.now(), until: Number.POSITIVE_INFINITY },
      };
      under.diary.deeds.push(deed);
      held.push({ balancer, deed });
    }
  }
  await so(under, ({ progress }) => progress.hold?.kind === 'capacity');
  for (const { balancer, deed } of held) {
    deed.until = Date.now();
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as a person does
    await balancer.giveBack(target);
  }
}
