import { z } from 'zod';
import { stringify } from 'yaml';
import { writtenDuration } from '../../src/contracts/written/duration-text.js';
import {
  elementOf,
  type Facts,
  factsOf,
  formsOf,
  NULL,
} from '../../src/contracts/written/schema-facts.js';

/** What has a section of its own on the page: the title of its schema → the section's heading. */
export type Headings = ReadonlyMap<string, string>;

/** What may stand there, in a few words. */
export function typeText(facts: Facts, headings: Headings): string {
  const plain = plainType(facts, headings);
  return facts.nullable ? `${plain} or \`null\`` : plain;
}

function plainType({ inner, title = '', bounds }: Facts, headings: Headings): string {
  const heading = headings.get(title);
  if (heading !== undefined) return `[${title}](#${anchorOf(heading)})`;
  if (title === 'duration') {
    return bounds === undefined
      ? 'duration'
      : `duration, ${writtenDuration(bounds.min)} to ${writtenDuration(bounds.max)}`;
  }
  if (title === 'amount') return 'number or percentage';
  if (inner instanceof z.ZodString || inner instanceof z.ZodTemplateLiteral) return 'text';
  if (inner instanceof z.ZodBoolean) return '`true` or `false`';
  if (inner instanceof z.ZodNumber) return numberText(inner);
  if (inner instanceof z.ZodEnum) return choice(inner.options);
  if (inner instanceof z.ZodLiteral) return choice([...inner.values]);
  const element = elementOf(inner);
  if (element !== null) return `list of ${typeText(factsOf(element), headings)}`;
  if (inner instanceof z.ZodRecord) {
    return `name → ${typeText(factsOf(inner.valueType), headings)}`;
  }
  if (inner instanceof z.ZodUnion) {
    const forms = formsOf(factsOf(inner)).map((form) => typeText(form, headings));
    return [...new Set(forms)].join(' or ');
  }
  if (inner instanceof z.ZodObject) return 'fields';
  throw new TypeError(`the reference knows no name for a ${inner.constructor.name}`);
}

/** Without those that every number has. */
const boundOf = (value: number | null): number | null =>
  value === null || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;

function numberText(number: z.ZodNumber): string {
  const { minValue, maxValue } = number;
  const [min, max] = [boundOf(minValue), boundOf(maxValue)];
  const kind = number.format?.includes('int') ? 'whole number' : 'number';
  if (min === null) return max === null ? kind : `${kind}, at most ${max}`;
  return max === null ? `${kind}, at least ${min}` : `${kind}, ${min} to ${max}`;
}

const choice = (values: readonly unknown[]): string =>
  values.map((value) => `\`${String(value)}\``).join(' or ');

export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');

/** A default that the code behind the schema has is the last thing that the description says. */
const SAID_DEFAULT = / ?Default: (.+)\.$/;

export const meaningOf = ({ description }: Facts): string | undefined =>
  description?.replace(SAID_DEFAULT, '');

export function defaultText({ usual, required, title, description = '' }: Facts): string {
  const said = SAID_DEFAULT.exec(description)?.[1];
  if (said !== undefined) return said;
  if (usual === undefined) return required ? 'required' : '–';
  if (usual === NULL) return '`null`';
  if (title === 'duration' && typeof usual === 'number') return `\`${writtenDuration(usual)}\``;
  if (isEmpty(usual)) return '–';
  return code(usual);
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** `field: value`, as YAML on one line; `null` for what a section shows. */
export function exampleText(name: string, facts: Facts, headings: Headings): string | null {
  const value = exampleOf(facts, headings);
  return value === undefined ? null : code({ [name]: value }).replace(/^`\{ (.*) \}`$/, '`$1`');
}

/** Where none is written down: another value than the default, of those that there are. */
export function exampleOf(facts: Facts, headings: Headings): unknown {
  const { examples, inner, title = '', usual } = facts;
  if (examples.length > 0) return examples[0];
  if (headings.has(title)) return undefined;
  if (title === 'duration') return typeof usual === 'number' ? writtenDuration(2 * usual) : '30s';
  if (inner instanceof z.ZodBoolean) return usual !== true;
  if (inner instanceof z.ZodEnum) return inner.options.find((option) => option !== usual);
  if (inner instanceof z.ZodLiteral) return [...inner.values][0];
  if (inner instanceof z.ZodNumber) return anotherNumber(inner, usual);
  const element = elementOf(inner);
  if (element !== null) {
    const one = exampleOf(factsOf(element), headings);
    return one === undefined ? undefined : [one];
  }
  if (inner instanceof z.ZodUnion) {
    return formsOf(facts)
      .map((form) => exampleOf(form, headings))
      .find((value) => value !== undefined);
  }
  if (inner instanceof z.ZodObject) return exampleFields(inner, headings);
  return undefined;
}

function anotherNumber({ minValue, maxValue }: z.ZodNumber, usual: unknown): number {
  if (typeof usual !== 'number' || usual === 0) return Math.max(1, minValue ?? 1);
  const twice = 2 * usual;
  return twice > (maxValue ?? twice) ? usual / 2 : twice;
}

/** Two fields show how it is written. */
function exampleFields(object: z.ZodObject, headings: Headings): object | undefined {
  const fields = Object.entries(object.shape).flatMap(([name, schema]) => {
    const value = exampleOf(factsOf(schema), headings);
    return value === undefined ? [] : [[name, value] as const];
  });
  return fields.length === 0 ? undefined : Object.fromEntries(fields.slice(0, 2));
}

const code = (value: unknown): string =>
  `\`${stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()}\``;
