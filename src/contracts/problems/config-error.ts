/** Where in a file something is wrong; both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** `services.api.policy.retries`; empty where the file itself can't be read. */
  readonly path: string;
  readonly message: string;
  /** `null` where it was not read from a file with lines. */
  readonly place: Place | null;
}

/** The configuration can't be used. The message names the file, and for each problem the place, the field and what was wanted. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(message: string, problems: readonly ConfigProblem[] = [], options?: ErrorOptions) {
    super(message, options);
    this.problems = problems;
  }
}

/** One line a problem: `signalbox.config.yaml:12:5: services.api.polcy: unknown field …`. */
export function configError(file: string, problems: readonly ConfigProblem[]): ConfigError {
  const lines = problems.map(({ path, message, place }) => {
    const where = place === null ? file : `${file}:${place.line}:${place.column}`;
    return [where, path, message].filter((part) => part !== '').join(': ');
  });
  const head = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new ConfigError(`${file} is not usable, ${head}:\n${lines.join('\n')}`, problems);
}
