import { type Disturbance, type Disturbable, FaultyLine, type Translation } from './faulty-line.js';

/**
 * One client's way to servers under sentinels: a line to each of them, and
 * sentinels that name the lines in place of the servers. What disturbs the
 * client disturbs all of its lines, those to the sentinels included.
 */
export class SentinelWay implements Disturbable {
  readonly #lines: readonly FaultyLine[];
  /** Where its sentinels are found. */
  readonly sentinels: readonly number[];

  private constructor(sentinels: readonly FaultyLine[], servers: readonly FaultyLine[]) {
    this.#lines = [...sentinels, ...servers];
    this.sentinels = sentinels.map(({ port }) => port);
  }

  static async to(sentinels: readonly number[], servers: readonly number[]): Promise<SentinelWay> {
    const names = new Map<number, number>();
    const translate = renaming(names);
    const toServers = await Promise.all(servers.map((port) => FaultyLine.to(() => port)));
    const toSentinels = await Promise.all(
      sentinels.map((port) => FaultyLine.to(() => port, translate)),
    );
    for (const [at, { port }] of toServers.entries()) names.set(servers[at] ?? 0, port);
    for (const [at, { port }] of toSentinels.entries()) names.set(sentinels[at] ?? 0, port);
    return new SentinelWay(toSentinels, toServers);
  }

  readonly cut = (): void => this.#all('cut');
  readonly silence = (): void => this.#all('silence');
  readonly speak = (): void => this.#all('speak');
  readonly deafen = (): void => this.#all('deafen');

  delay(ms: number): void {
    for (const line of this.#lines) line.delay(ms);
  }

  async close(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.close()));
  }

  #all(disturbance: Disturbance): void {
    for (const line of this.#lines) line[disturbance]();
  }
}

/** Puts a port in the place of another: both of five digits, or a reply would not say its own length. */
const renaming =
  (names: ReadonlyMap<number, number>): Translation =>
  (said) => {
    const text = said.toString('latin1');
    const renamed = text.replaceAll(/(?<=\n)\d{5}(?=\r)/g, (port) =>
      String(names.get(Number(port)) ?? port),
    );
    return Buffer.from(renamed, 'latin1');
  };
