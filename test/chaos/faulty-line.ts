import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** One connection through a line, and what is wrong with it. */
interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** Nothing that the server says reaches the client any more. */
  deaf: boolean;
  /** What is held back for each side while nothing gets through. */
  readonly held: (() => void)[];
}

/** What can be done to a client's way to Redis. */
export type Disturbance = 'cut' | 'silence' | 'speak' | 'deafen';
export interface Disturbable extends Readonly<Record<Disturbance, () => void>> {
  readonly delay: (ms: number) => void;
}

/** What the server says, as the client is to hear it. */
export type Translation = (said: Buffer) => Buffer;

/**
 * A port on loopback that leads to another, and that a test can disturb: its
 * connections are cut, slow, silent, or deaf on one side.
 */
export class FaultyLine implements Disturbable {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #upstream: () => number;
  readonly #translate: Translation;
  #delayMs = 0;
  #silent = false;

  private constructor(upstream: () => number, translate: Translation) {
    this.#upstream = upstream;
    this.#translate = translate;
    this.#server = createServer((client) => this.#open(client));
  }

  /** @param upstream the port it leads to now: asked for each new connection */
  static async to(
    upstream: () => number,
    translate: Translation = (said) => said,
  ): Promise<FaultyLine> {
    const line = new FaultyLine(upstream, translate);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What was under way is lost, one cannot tell on which side. */
  cut(): void {
    for (const link of this.#links) drop(link);
  }

  /** Everything arrives this much later; 0 for at once. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Nothing arrives, and nobody is told. */
  silence(): void {
    this.#silent = true;
  }

  /** What was held back arrives late, in its order. */
  speak(): void {
    this.#silent = false;
    for (const { held } of this.#links) for (const deliver of held.splice(0)) deliver();
  }

  /** Requests of today's connections still arrive, and are carried out; replies do not. Ended by `cut`. */
  deafen(): void {
    for (const link of this.#links) link.deaf = true;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #open(client: Socket): void {
    const server = connect({ port: this.#upstream(), host: '127.0.0.1' });
    const link: Link = { client, server, deaf: false, held: [] };
    this.#links.add(link);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => drop(link));
      socket.on('close', () => {
        drop(link);
        this.#links.delete(link);
      });
    }
    client.on('data', (chunk) => this.#pass(link, () => server.write(chunk)));
    server.on('data', (chunk) => {
      if (!link.deaf) this.#pass(link, () => client.write(this.#translate(chunk)));
    });
  }

  #pass(link: Link, deliver: () => void): void {
    const late = this.#delayMs > 0 || link.held.length > 0;
    if (!late && !this.#silent) return deliver();
    link.held.push(deliver);
    if (this.#silent) return;
    setTimeout(() => {
      if (!this.#silent) link.held.shift()?.();
    }, this.#delayMs);
  }
}

function drop({ client, server }: Link): void {
  client.destroy();
  server.destroy();
}
