import { setTimeout as delay } from 'node:timers/promises';
import type { Move } from '../lives/place.js';
import type { Chance } from './chance.js';
import type { ChaosService } from './fleet.js';
import type { TargetClient } from './target-client.js';

/** What happens to targets and the router without us: people take them out of service, processes end. */
export class WorldMoves {
  readonly #client: TargetClient;
  readonly #routed: readonly ChaosService[];
  readonly #chance: Chance;

  constructor(client: TargetClient, fleet: readonly ChaosService[], chance: Chance) {
    this.#client = client;
    this.#routed = fleet.filter(({ routed }) => routed);
    this.#chance = chance;
  }

  /** A person takes a target out of service for a while: into maintenance, or by a drain. */
  holdOut(): Promise<boolean> {
    return this.#forAWhile(this.#chance.happens(0.7) ? 'maint' : 'drain', 'ready', 15_000);
  }

  /** A target's process ends, and comes back by itself. */
  endTarget(): Promise<boolean> {
    return this.#forAWhile('kill', 'revive', 8_000);
  }

  loseRouter(): Promise<unknown> {
    return this.#client.post('/world/away', { ms: this.#chance.between(1_000, 6_000) });
  }

  async #forAWhile(
    kind: 'maint' | 'drain' | 'kill',
    back: 'ready' | 'revive',
    longestMs: number,
  ): Promise<boolean> {
    const one = this.#chance.pick(this.#routed);
    if (one === undefined) return false;
    const target = this.#chance.whole(0, one.targets.length - 1);
    const ms = this.#chance.between(500, longestMs);
    await this.#move(one, { kind, target });
    await delay(ms);
    await this.#move(one, { kind: back, target });
    return true;
  }

  #move({ service }: ChaosService, move: Move): Promise<unknown> {
    return this.#client.post('/world/move', { service, move });
  }
}
