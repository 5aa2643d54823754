import type { Evidence } from '../../../domain/model/target.js';
import type { DriverFailure, DriverFailureCode } from '../../../domain/ports/target-driver.js';
import { err, type Result } from '../../../domain/model/result.js';
import { printable } from './output-tail.js';

const TRANSIENT: Readonly<Record<DriverFailureCode, boolean>> = {
  'driver/unreachable': true,
  'driver/timeout': true,
  'driver/rejected': false,
  'driver/fenced': false,
  'driver/aborted': true,
  'driver/misconfigured': false,
};

export function failed(
  code: DriverFailureCode,
  message: string,
  { transient = TRANSIENT[code], evidence }: { transient?: boolean; evidence?: Evidence } = {},
): Result<never, DriverFailure> {
  return err({
    code,
    message: printable(message).slice(0, 2_000),
    transient,
    ...(evidence && { evidence }),
  });
}

/** Whether an error says of itself that the same may work later: `transient: true`. */
export const saysTransient = (error: unknown): boolean =>
  error instanceof Error && 'transient' in error && error.transient === true;

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
