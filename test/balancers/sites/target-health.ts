import { get } from 'node:http';
import type { PlacedTarget, Site } from './balancer.js';

const ANSWER_WITHIN_MS = 60_000;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request over a connection of its own. */
export const ask = (url: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: ANSWER_WITHIN_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.once('error', reject);
    });
    request.once('timeout', () =>
      request.destroy(new Error(`no answer in ${ANSWER_WITHIN_MS} ms`)),
    );
    request.once('error', reject);
  });

export const isWell = ({ address }: PlacedTarget): Promise<boolean> =>
  ask(`http://${address}/healthz`).then(
    ({ status }) => status === 200,
    () => false,
  );

/** The version that runs there; `null` where nothing does. */
export const versionAt = ({ address }: PlacedTarget): Promise<string | null> =>
  ask(`http://${address}/version`).then(
    ({ body }) => (JSON.parse(body) as { version: string }).version,
    () => null,
  );

/** Nothing moves traffic: clients know all addresses, and what is well serves. */
export const siteWithoutBalancer = (targets: readonly PlacedTarget[]): Site => ({
  router: { kind: 'none' },
  balancers: [
    {
      name: 'clients',
      urls: targets.map(({ address }) => `http://${address}`),
      look: () =>
        Promise.all(
          targets.map(async (target) => ({
            ...{ target: target.id, weight: 1, held: false },
            serves: await isWell(target),
          })),
        ),
      hold: async () => false,
      giveBack: async () => {},
      restart: async () => ({ forgets: false }),
      dispose: async () => {},
    },
  ],
});
