import type { RouteCall, TrafficRouter } from '../../src/domain/ports/traffic-router.js';

/** A request that stays at its target until it is let go. */
export interface HeldRequest {
  readonly target: string;
  letGo(): void;
  /** Whether it was answered whole. */
  readonly ended: Promise<boolean>;
}

export interface LoadReport {
  readonly sent: number;
  readonly failed: number;
}

/** What a router's tests bring to the suite: a router with three targets, web-1 to web-3, that all work. */
export interface TrafficRouterFixture {
  readonly router: TrafficRouter;
  readonly call: RouteCall;
  /** Sends requests one after the other; how many each target had, and how many `failed`. */
  send(count: number): Promise<Readonly<Record<string, number>>>;
  /** Sends requests side by side until it is stopped. */
  load(): { report(): LoadReport; stop(): Promise<LoadReport> };
  hold(): Promise<HeldRequest>;
  /** Ends the router itself. */
  kill(): Promise<void>;
  close(): Promise<void>;
}
