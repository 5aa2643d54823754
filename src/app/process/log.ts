import pino, { type DestinationStream, type Logger } from 'pino';
import { standardError } from './log-output.js';
import { tellError } from './tell-error.js';

/** Known places of secrets, one level deep as pino's wildcards are; secrets are kept out of jobs and events anyway. */
const SECRETS = [
  'password',
  'token',
  'secret',
  'authorization',
  'headers',
  '*.password',
  '*.token',
  '*.secret',
  '*.authorization',
  '*.headers',
  'env',
  '*.env',
];

/** JSON lines on standard error, so that standard output stays the command's own. */
export function createLog(
  level = process.env['SIGNALBOX_LOG_LEVEL'] ?? 'info',
  out: DestinationStream = standardError(),
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: tellError },
      redact: { paths: SECRETS, censor: '[redacted]' },
    },
    { write: (line: string) => out.write(escaped(line)) },
  );
}

/** What JSON leaves as it is and a terminal obeys, or shows in an order that is not the text's own. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** Only texts inside quotes hold such characters, and there an escape means the same. */
const escaped = (line: string): string =>
  line.replaceAll(
    UNSAFE,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
