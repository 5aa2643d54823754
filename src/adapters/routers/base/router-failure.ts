import type { RouterFailure, RouterFailureCode } from '../../../domain/ports/traffic-router.js';
import { err, type Result } from '../../../domain/model/result.js';
import { printable } from '../../drivers/process/output-tail.js';

const TRANSIENT: Readonly<Record<RouterFailureCode, boolean>> = {
  'router/unreachable': true,
  'router/timeout': true,
  'router/rejected': false,
  'router/no_such_target': false,
  'router/aborted': true,
};

export const failed = (
  code: RouterFailureCode,
  message: string,
  transient = TRANSIENT[code],
): Result<never, RouterFailure> =>
  err({ code, message: printable(message).replaceAll(/\s+/g, ' ').slice(0, 1_000), transient });

export const aborted = (): Result<never, RouterFailure> =>
  failed('router/aborted', 'stopped before the router had answered');
