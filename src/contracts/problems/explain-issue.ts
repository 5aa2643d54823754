import { z } from 'zod';
import { didYouMean } from './near-miss.js';

/**
 * What is said of a value where its schema says nothing itself: what is allowed
 * there, and for a near miss which was meant. Values themselves are never shown,
 * for one of them may be a secret in the wrong place. A line per unknown key.
 */
export const explainIssue: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(key, fieldsOf(issue.inst))).join('\n');
  }
  if (issue.code === 'invalid_value') return oneOf(issue.values.map(String), issue.input);
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    return kindProblem(issue);
  }
  return issue.code === 'invalid_type' ? wrongType(issue.expected, issue.input) : undefined;
};

function unknownKey(key: string, fields: readonly string[]): string {
  const allowed =
    fields.length === 0 ? 'no other field is allowed' : `allowed are ${fields.join(', ')}`;
  return `unknown field \`${JSON.stringify(key).slice(1, -1)}\`${didYouMean(key, fields)}: ${allowed}`;
}

const fieldsOf = (schema: unknown): readonly string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];

const Fields = z.record(z.string(), z.unknown()).catch({});
const Choice = z.array(z.coerce.string()).catch([]);

const kindProblem = (issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string =>
  oneOf(Choice.parse(issue.options), Fields.parse(issue.input)[String(issue.discriminator)]);

function oneOf(allowed: readonly string[], given: unknown): string {
  const wanted = allowed.length === 1 ? String(allowed[0]) : `one of ${allowed.join(', ')}`;
  if (given === undefined) return `is missing: expected ${wanted}`;
  return `expected ${wanted}${typeof given === 'string' ? didYouMean(given, allowed) : ''}`;
}

function wrongType(type: string, input: unknown): string {
  const wanted = `expected ${typeText(type)}`;
  if (input === undefined) return `is missing: ${wanted}`;
  if (input === null) return `is empty: ${wanted}`;
  return `${wanted}, got ${typeText(Array.isArray(input) ? 'array' : typeof input)}`;
}

/** As people say it who write YAML. */
function typeText(type: string): string {
  return TYPES[type] ?? `a ${type}`;
}

const TYPES: Readonly<Record<string, string | undefined>> = {
  array: 'a list',
  tuple: 'a list',
  record: 'a mapping',
  object: 'a mapping',
  string: 'text',
  int: 'a whole number',
  boolean: 'true or false',
};
