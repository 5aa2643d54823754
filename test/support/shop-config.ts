import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import type { DeploymentRequest } from '../../src/producers/deployment-producer.js';
import type { HaproxyOptions, RunningHaproxy } from './haproxy-server.js';
import type { PrometheusServer } from './prometheus-server.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const SHOP = path('../../examples/shop');
const BREAKING_SHOP = path('fixtures/breaking-shop.mjs');

export type ShopWorldOptions = (
  | { readonly perColour: number }
  /** `web-1`, `web-2` and so on, without colours. */
  | { readonly targets: number }
) & {
  /** Service settings beside driver, targets, router and checks. */
  readonly service?: object;
  /** Further settings of the router. */
  readonly router?: object | ((folder: string) => object);
  /** How HAProxy keeps clients on their server: by the cookie `SRV`, or by the header `x-client`. */
  readonly keeps?: 'cookie' | 'table';
  readonly metrics?: boolean;
  /** Further parts of HAProxy's configuration, or others in their place: what stands in `be_shop` by default, say. */
  readonly haproxy?: (parts: HaproxyParts) => Partial<HaproxyOptions>;
  /** Further services, made of what the shop is configured with. */
  readonly services?: (
    shop: object,
    targets: readonly ShopTarget[],
  ) => Readonly<Record<string, object>>;
  /** How many HAProxies stand side by side before it; one where not given. */
  readonly balancers?: number;
  /** How versions behave, by version: see examples/shop/behaviour.mjs. */
  readonly byVersion?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly latencyMs?: number;
  /** What does not start where: `2.0.0@web-1`. */
  readonly breaks?: string;
};

/** What HAProxy's configuration is made of. */
export interface HaproxyParts {
  /** Of the shop's configuration and processes. */
  readonly folder: string;
  /** A backend with these targets, checked as the shop's is. */
  readonly backend: (name: string, ids: (id: string) => boolean) => readonly string[];
}

/** What keeps clients on their server, as lines of the backend. */
export const KEEPS = {
  cookie: ['cookie SRV insert indirect nocache'],
  table: ['stick-table type string len 32 size 1k', 'stick on hdr(x-client)'],
};

export interface ShopTarget {
  readonly id: string;
  readonly address: string;
  readonly metadata?: { readonly colour: string };
}

export async function shopTargets(options: ShopWorldOptions): Promise<readonly ShopTarget[]> {
  const groups = 'targets' in options ? ['web'] : ['blue', 'green'];
  const each = 'targets' in options ? options.targets : options.perColour;
  const targets: ShopTarget[] = [];
  for (const group of groups) {
    for (let at = 1; at <= each; at++) {
      // oxlint-disable-next-line no-await-in-loop -- one port after the other, so that none is taken twice
      const address = `127.0.0.1:${await freePort()}`;
      const colour = 'targets' in options ? {} : { metadata: { colour: group } };
      targets.push({ id: `${group}-${at}`, address, ...colour });
    }
  }
  return targets;
}

/** How the first version gets there. */
export const firstStrategy = (
  options: ShopWorldOptions,
): NonNullable<DeploymentRequest['strategy']> =>
  'targets' in options ? { kind: 'rolling', batchSize: '100%' } : { kind: 'blue_green' };

export function shopConfig(
  { service = {}, router = {}, byVersion = {}, latencyMs = 5, breaks, services }: ShopWorldOptions,
  world: {
    readonly namespace: string;
    readonly folder: string;
    readonly targets: readonly ShopTarget[];
    readonly balancers: readonly RunningHaproxy[];
    readonly prometheus: PrometheusServer | null;
  },
): object {
  const { namespace, folder, targets, balancers, prometheus } = world;
  const [one, ...others] = balancers.map(({ socketAddress }) => socketAddress);
  const shop = shopService();
  return {
    namespace,
    ...(prometheus && {
      metricSources: { prom: { kind: 'prometheus', url: prometheus.url, timeout: '2s' } },
    }),
    services: { shop, ...services?.(shop, targets) },
    worker: { lease: '2s' },
  };

  function shopService(): object {
    return {
      driver: {
        kind: 'local_process',
        argv: [process.execPath, breaks === undefined ? 'server.mjs' : BREAKING_SHOP],
        release: SHOP,
        readyPath: '/healthz',
        readyTimeout: '20s',
        stateDir: join(folder, 'processes'),
        env: {
          BY_VERSION: JSON.stringify(byVersion),
          LATENCY_MS: String(latencyMs),
          SEED: '7',
          BREAKS: breaks ?? '',
        },
      },
      targets,
      router: {
        kind: 'haproxy',
        socket: others.length === 0 ? one : [one, ...others],
        backend: 'be_shop',
        ...(typeof router === 'function' ? router(folder) : router),
      },
      checks: [{ kind: 'http', url: 'http://{target.address}/healthz', interval: '100ms' }],
      policy: { retryDelay: '100ms' },
      ...service,
    };
  }
}
