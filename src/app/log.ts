import pino, { type Logger } from 'pino';

/** Known places of secrets, one level deep as pino's wildcards are; secrets are kept out of jobs and events anyway. */
const SECRETS = [
  'password',
  'token',
  'secret',
  'authorization',
  '*.password',
  '*.token',
  '*.secret',
  '*.authorization',
  '*.headers',
  'env',
  '*.env',
  // A refused Redis command carries its arguments: a whole payload.
  'err.command.args',
  'err.cause.command.args',
];

/** JSON lines on standard error, so that standard output stays the command's own. */
export function createLog(level = process.env['SIGNALBOX_LOG_LEVEL'] ?? 'info'): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRETS, censor: '[redacted]' },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
