import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** Requests per scrape, of each version of each run. */
const PER_SCRAPE = 20;
const MEDIAN_SECONDS = 0.02;
/** Of the logarithm: the spread of an ordinary service. */
const SIGMA = 0.35;

/** One service whose second version is slower by this factor. */
export interface LatencyRun {
  readonly name: string;
  readonly factor: number;
  readonly seed: number;
}

/**
 * Exposes the latency sums and counts of many services at once, as each would
 * itself: log-normal times from a seeded source, more of them at every scrape.
 */
export async function startLatencyExporter(runs: readonly LatencyRun[]) {
  const series = runs.flatMap((run) =>
    [
      { version: '1.0.0', factor: 1 },
      { version: '2.0.0', factor: run.factor },
    ].map(({ version, factor }, at) => ({
      labels: `{run="${run.name}",version="${version}"}`,
      factor,
      random: randomFrom(run.seed * 2 + at),
      sum: 0,
      count: 0,
    })),
  );
  const server = createServer((_, response) => {
    for (const one of series) {
      for (let n = 0; n < PER_SCRAPE; n++) {
        one.sum += MEDIAN_SECONDS * one.factor * Math.exp(SIGMA * normal(one.random));
        one.count += 1;
      }
    }
    const lines = series.flatMap(({ labels, sum, count }) => [
      `latency_seconds_sum${labels} ${sum}`,
      `latency_seconds_count${labels} ${count}`,
    ]);
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`${lines.join('\n')}\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Numbers in [0, 1) that follow from the seed: splitmix32 (Steele et al., OOPSLA 2014). */
function randomFrom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
}

/** A standard normal value: Box and Muller, Ann. Math. Statist. 29 (1958). */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
