import type { PlanStatus } from '../../domain/model/deployment/plan-state.js';

/** What scripts around the CLI rely on; the numbers never change. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  cancelled: 3,
  timedOut: 4,
  /** Redis is away: nothing is known of a deployment's outcome. */
  unreachable: 5,
  /** 128 + the signal's number, as shells have it: the deployment itself goes on. */
  hungUp: 129,
  interrupted: 130,
  /** Nobody reads its output any more, and it has nothing else to tell. */
  closedPipe: 141,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** How a command ends that waited for a deployment's end. */
export function exitCodeOf(status: PlanStatus): ExitCode {
  if (status === 'completed') return EXIT.ok;
  return status === 'cancelled' ? EXIT.cancelled : EXIT.failed;
}

/** How a command ends that a signal cut short; the reason of the abort is the signal's name. */
export function exitCodeOfSignal({ reason }: AbortSignal): ExitCode {
  if (reason === 'SIGTERM') return EXIT.terminated;
  return reason === 'SIGHUP' ? EXIT.hungUp : EXIT.interrupted;
}
