import type { PlanStatus } from '../../domain/model/deployment/plan-state.js';

/** What scripts around the CLI rely on; the numbers never change. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  cancelled: 3,
  timedOut: 4,
  /** 128 + SIGINT, as shells have it: the deployment itself goes on. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** How a command ends that waited for a deployment's end. */
export function exitCodeOf(status: PlanStatus): ExitCode {
  if (status === 'completed') return EXIT.ok;
  return status === 'cancelled' ? EXIT.cancelled : EXIT.failed;
}
