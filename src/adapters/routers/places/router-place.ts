import type { RouteCall, TrafficRouter } from '../../../domain/ports/traffic-router.js';

/** One of the places where a router moves a service's traffic: a backend of a balancer. */
export interface RouterPlace {
  /** As messages, events and the doctor name it. */
  readonly name: string;
  readonly router: TrafficRouter;
  /** The call with the targets that are there: all of them, or those of one colour. */
  readonly call: RouteCall;
}

/** Whether the whole traffic of the service goes through it. */
export const hasAll = ({ call }: RouterPlace, { targets }: RouteCall): boolean =>
  call.targets.length === targets.length;
