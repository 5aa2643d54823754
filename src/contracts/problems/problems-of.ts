import type { z } from 'zod';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** One thing that is wrong, at one place. */
export interface Problem {
  readonly path: readonly (string | number)[];
  /** Whether the name of the field is at fault, or what stands in it. */
  readonly at: 'key' | 'value';
  readonly message: string;
}

/**
 * The problems of a value that a schema refused, one for each unknown key. Of a
 * value that may have several forms, those of the form that it came closest to.
 */
export function problemsOf(error: Pick<z.core.$ZodError, 'issues'>): Problem[] {
  const problems = collect(error, []);
  // A slip of the pen is one problem: not also that the field that was meant is missing.
  const meant = new Set(
    problems.flatMap(({ path, at, message }) => {
      const [, field] = at === 'key' ? (/\(did you mean `([^`]+)`\?\)/.exec(message) ?? []) : [];
      return field === undefined ? [] : [[...path.slice(0, -1), field].join('\n')];
    }),
  );
  return problems.filter(
    ({ path, message }) => !message.startsWith('is missing') || !meant.has(path.join('\n')),
  );
}

function collect({ issues }: Pick<z.core.$ZodError, 'issues'>, at: Path): Problem[] {
  return issues.flatMap((issue) => problemsIn(issue, [...at, ...issue.path]));
}

function problemsIn(issue: Issue, path: Path): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const lines = issue.message.split('\n');
    return issue.keys.map((key, nth) =>
      problem([...path, key], 'key', lines[nth] ?? issue.message),
    );
  }
  if (issue.code === 'invalid_key') {
    return [problem(path, 'key', issue.issues.map(({ message }) => message).join(', '))];
  }
  const closest = issue.code === 'invalid_union' ? closestForm(issue.errors) : null;
  return closest === null
    ? [problem(path, 'value', issue.message)]
    : collect({ issues: closest }, path);
}

/** A form that only fields inside of it are wrong in; `null` where the value is of none of the forms. */
function closestForm(forms: readonly (readonly Issue[])[]): Issue[] | null {
  const near = forms.filter((issues) => issues.every(isInside));
  const [closest] = near.toSorted((one, other) => weightOf(one) - weightOf(other));
  return closest === undefined ? null : [...closest];
}

const isInside = ({ path, code }: Issue): boolean =>
  path.length > 0 || code === 'unrecognized_keys';

/** An unknown key says more surely than a missing field that another form was meant. */
const weightOf = (issues: readonly Issue[]): number =>
  issues.reduce(
    (sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 1 + issue.keys.length : 1),
    0,
  );

const problem = (path: Path, at: Problem['at'], message: string): Problem => ({
  path: path.map((part) => (typeof part === 'number' ? part : String(part))),
  at,
  message,
});
