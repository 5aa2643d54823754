import type { RouteCall, TrafficRouter } from '../../../domain/ports/traffic-router.js';

/** One of the places where a router moves a service's traffic: a backend of a balancer. */
export interface RouterPlace {
  /** As messages, events and the doctor name it. */
  readonly name: string;
  /** The process that it is a part of, which is there or away as a whole; not said where it is one by itself. */
  readonly balancer?: string;
  readonly router: TrafficRouter;
  /** The call with the targets that are there: all of them, or those of one colour. */
  readonly call: RouteCall;
}

/** Whether the whole traffic of the service goes through it. */
export const hasAll = ({ call }: RouterPlace, { targets }: RouteCall): boolean =>
  call.targets.length === targets.length;

export const balancerOf = ({ balancer, name }: RouterPlace): string => balancer ?? name;

/** How many processes these are parts of. */
export const balancersOf = (places: readonly RouterPlace[]): number =>
  new Set(places.map(balancerOf)).size;
