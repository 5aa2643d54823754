/** Requests of each client that are not answered yet. */
export class OpenRequests {
  readonly #most: number;
  readonly #byClient = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** `false`: there are too many already. What was let in must `leave` once. */
  enter(client: string): boolean {
    const open = this.#byClient.get(client) ?? 0;
    if (open >= this.#most) return false;
    this.#byClient.set(client, open + 1);
    return true;
  }

  leave(client: string): void {
    const open = (this.#byClient.get(client) ?? 1) - 1;
    if (open > 0) this.#byClient.set(client, open);
    else this.#byClient.delete(client);
  }
}
