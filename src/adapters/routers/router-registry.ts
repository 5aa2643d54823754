import type { RouterSpec } from '../../contracts/config/router.schema.js';
import type { TrafficRouter } from '../../domain/ports/traffic-router.js';
import { createHaproxyRouter } from './haproxy/haproxy.router.js';
import { createNginxRouter } from './nginx/nginx.router.js';

type SpecOf<Kind extends RouterSpec['kind']> = Extract<RouterSpec, { kind: Kind }>;
type Routers = {
  readonly [Kind in RouterSpec['kind']]: (spec: SpecOf<Kind>) => TrafficRouter | null;
};

const ROUTERS = {
  haproxy: createHaproxyRouter,
  nginx: createNginxRouter,
  none: () => null,
} satisfies Routers;

/**
 * The router that a configuration asks for; `null` for none.
 *
 * @throws TypeError for a placeholder that has no value there
 */
export function createRouter(spec: RouterSpec): TrafficRouter | null {
  return create(ROUTERS, spec);
}

const create = <Kind extends RouterSpec['kind']>(
  routers: Routers,
  spec: SpecOf<Kind>,
): TrafficRouter | null => routers[spec.kind](spec);
