import type { Deed, Diary, Sample, Told } from './diary.js';

/** A deployment looks before each wave of changes: what others do right after that look it can't know. */
const UNSEEN_MS = 2_000;
/** Who looks at one server after the other sees no moment where that takes longer: this machine has others to serve. */
const MOMENT_MS = 500;
/** Of capacities on two scales. */
const ROUNDING = 0.01;

/**
 * Moments of a deployment at which a balancer had less capacity serving than the floor. Where less
 * serves already, because the world took some (a person's maintenance, a restart), it may only
 * rise: nothing more is taken out. A switch of colours has no limit of its own: what people hold
 * out of either colour, it may go without.
 */
export function floorFaults({ samples, deeds, deployments }: Diary): readonly string[] {
  return deployments.flatMap((told) =>
    [...samples].flatMap(([balancer, all]) =>
      faultsAt(
        told,
        all,
        deeds.filter((deed) => deed.balancer === balancer),
      ).map((fault) => `${told.name} (${told.id}) at ${balancer}: ${fault}`),
    ),
  );
}

function faultsAt(told: Told, all: readonly Sample[], deeds: readonly Deed[]): readonly string[] {
  const [from, to] = timeOf(told);
  let most = 0;
  const faults: string[] = [];
  for (const { at, until, servers } of all) {
    if (at < from || at > to || until - at > MOMENT_MS) continue;
    const isOfOthers = deeds.some((deed) => isFresh(deed, at, until));
    if (servers === null) {
      if (!isOfOthers) faults.push(`${at}: it could not be asked`);
      continue;
    }
    const serving = servers
      .filter(({ serves }) => serves)
      .reduce((sum, { target }) => sum + (told.capacities[target] ?? 0), 0);
    if (isOfOthers) {
      most = serving;
      continue;
    }
    const heldOut = servers
      .filter(({ held }) => told.isSwitch && held)
      .reduce((sum, { target }) => sum + (told.capacities[target] ?? 0), 0);
    const least = Math.min(told.floor - heldOut, most);
    if (serving < least - ROUNDING) {
      const shown = servers.map(
        ({ target, serves, weight, held }) =>
          `${target} ${serves ? 'serves' : 'out'}${held ? ' held' : ''} ${weight}`,
      );
      faults.push(`${at}: ${serving} of ${least} serve (floor ${told.floor}): ${shown.join(', ')}`);
    }
    most = Math.max(most, serving);
  }
  return faults.slice(0, 3);
}

/** From its first change to its last event. */
export function timeOf({ events }: Told): readonly [number, number] {
  const started = events.find(({ event }) => event.type === 'deployment.started');
  return [started?.at ?? Number.POSITIVE_INFINITY, events.at(-1)?.at ?? 0];
}

/** Whether a look from then till then may have met it, or what nobody could know of it yet. */
function isFresh(deed: Deed, from: number, until: number): boolean {
  const known = deed.kind === 'maint' ? deed.at : deed.until;
  return until >= deed.begunAt && from <= known + UNSEEN_MS;
}
