/** What is told of an error: nothing that a library hung on it. */
export interface ToldError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  /** The name of the Redis command that was refused. Its arguments would be a whole payload. */
  readonly command?: string;
  readonly cause?: ToldError;
  readonly errors?: readonly ToldError[];
}

const MOST_CAUSES = 4;
const LONGEST_MESSAGE = 4_000;
const LONGEST_STACK = 8_000;

/** An error for the log: chosen fields instead of all but some, since nobody knows what else libraries put there. */
export function tellError(error: unknown, depth = MOST_CAUSES): ToldError {
  if (!(error instanceof Error)) {
    return { type: typeof error, message: withoutArguments(String(error)) };
  }
  const { name, message, stack, cause } = error;
  const code = textOf(error, 'code');
  const command = commandOf(error);
  const errors = error instanceof AggregateError && depth > 0 ? error.errors.slice(0, 5) : [];
  return {
    type: name,
    message: withoutArguments(message),
    ...(code === undefined ? {} : { code }),
    ...(command === undefined ? {} : { command }),
    ...(stack === undefined ? {} : { stack: withoutArguments(stack, LONGEST_STACK) }),
    ...(cause === undefined || depth === 0 ? {} : { cause: tellError(cause, depth - 1) }),
    ...(errors.length === 0 ? {} : { errors: errors.map((one) => tellError(one, depth - 1)) }),
  };
}

/** Redis repeats the arguments of a command that it does not know. */
const withoutArguments = (text: string, most = LONGEST_MESSAGE): string =>
  text.slice(0, most).replaceAll(/with args beginning with: [^\n]*/g, 'with args …');

function commandOf(error: object): string | undefined {
  const command: unknown = 'command' in error ? error.command : undefined;
  return typeof command === 'object' && command !== null ? textOf(command, 'name') : undefined;
}

function textOf(from: object, key: 'code' | 'name'): string | undefined {
  const value: unknown = Object.entries(from).find(([name]) => name === key)?.[1];
  return typeof value === 'string' ? value.slice(0, 100) : undefined;
}
