import { DEFAULT_ENVIRONMENT, serviceKey, type ServiceRef } from '../model/ids.js';
import { type Knowledge, knows, lackIn, type Need } from './knowledge.js';
import type { WorkerSign } from './worker-sign.js';

/** Names of services in one sentence. */
const MOST_NAMED = 20;

/** `host-1 (web, api), host-2 (any service)`: who is at work, and what each is configured for. */
export function aliveWords(workers: readonly WorkerSign[]): string {
  const lines = new Set(
    workers
      .filter(({ alive }) => alive)
      .map(({ host, knowledge }) => `${host} (${knowledgeWords(knowledge)})`),
  );
  return lines.size === 0 ? 'none' : [...lines].toSorted().join(', ');
}

/** `web, api in production and staging`: production alone is not said. */
export function knowledgeWords({ services }: Knowledge): string {
  if (services === 'all') return 'any service';
  const names = services.flatMap(({ service, environments, elsewhere }) => {
    const name = service === '*' ? 'any other service' : service;
    if (elsewhere !== null) return [`${name} in any environment`];
    const places = Object.keys(environments);
    const isUsual = places.length === 1 && places[0] === DEFAULT_ENVIRONMENT;
    return places.length === 0 ? [] : [isUsual ? name : `${name} in ${places.join(' and ')}`];
  });
  if (names.length === 0) return 'no service';
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : '';
  return names.slice(0, MOST_NAMED).join(', ') + more;
}

/**
 * Why a request is refused that nobody can carry out.
 *
 * @param meant what was probably meant, to be said behind the name
 */
export function refusedWords(ref: ServiceRef, workers: readonly WorkerSign[], meant = ''): string {
  const lack = lackWords(ref, workers);
  return lack === null
    ? `service: no worker is configured for ${serviceKey(ref)}${meant}. ` +
        `Workers alive: ${aliveWords(workers)}. Add it to a worker's configuration, or check the name.`
    : `service: ${lack}. Set it there, and start the worker again.`;
}

/** Why what is under way is held that nobody can carry out. */
export const heldWords = (ref: ServiceRef, workers: readonly WorkerSign[]): string =>
  lackWords(ref, workers) ?? `no worker is configured for ${serviceKey(ref)}`;

/** What those at work lack that are configured for it; `null` where none of them lacks anything. */
function lackWords(ref: ServiceRef, workers: readonly WorkerSign[]): string | null {
  const lacks = workers.flatMap(({ alive, host, knowledge }) => {
    const lack = alive ? lackIn(knowledge, ref) : null;
    return lack === null ? [] : [`on ${host}, ${lack}`];
  });
  const each = [...new Set(lacks)].toSorted().slice(0, MOST_NAMED).join('; ');
  return each === '' ? null : `no worker can carry out ${serviceKey(ref)}: ${each}`;
}

/**
 * Why a request waits though workers are at work; `null` where one of them is configured for it,
 * or none is at work at all.
 */
export function waitingWords(ref: ServiceRef, workers: readonly WorkerSign[]): string | null {
  const alive = workers.filter((worker) => worker.alive);
  const known = alive.some(({ knowledge }) => knows(knowledge, { ref, bringsDriver: false }));
  if (alive.length === 0 || known) return null;
  return (
    lackWords(ref, alive) ??
    `no worker is configured for ${serviceKey(ref)} yet. Workers alive: ${aliveWords(alive)}`
  );
}

/** The worker that was last seen among those that could carry it out. */
export const lastThatKnew = (workers: readonly WorkerSign[], need: Need): WorkerSign | undefined =>
  workers
    .filter(({ knowledge }) => knows(knowledge, need))
    .toSorted((a, b) => b.seenAt - a.seenAt)[0];
