import { z } from 'zod';
import {
  elementOf,
  type Facts,
  factsOf,
  formsOf,
} from '../../src/contracts/written/schema-facts.js';
import {
  anchorOf,
  defaultText,
  exampleText,
  type Headings,
  meaningOf,
  typeText,
} from './field-text.js';

type Shape = Readonly<Record<string, z.core.$ZodType>>;

export interface Row {
  /** `rateLimit.requests`, `stages[].wait` */
  readonly path: string;
  readonly type: string;
  readonly usual: string;
  readonly description: string | undefined;
  readonly example: string | null;
}

/** A row for each field, and for those within it, down to what has a section of its own. */
export function rowsOf(shape: Shape, headings: Headings, prefix = ''): readonly Row[] {
  const rows = Object.entries(shape).flatMap(([name, schema]) => {
    const facts = factsOf(schema);
    const path = `${prefix}${name}`;
    return [rowOf(path, name, facts, headings), ...within(facts, path, headings)];
  });
  return merged(rows);
}

const rowOf = (path: string, name: string, facts: Facts, headings: Headings): Row => ({
  path,
  type: typeText(facts, headings),
  usual: defaultText(facts),
  description: meaningOf(facts) ?? (isKind(facts) ? 'Which kind it is.' : undefined),
  example: exampleText(name, facts, headings) ?? sectionLink(facts, headings),
});

const isKind = ({ inner }: Facts): boolean => inner instanceof z.ZodLiteral;

function sectionLink(facts: Facts, headings: Headings): string | null {
  const { inner, title = '' } = facts;
  const heading = headings.get(title);
  if (heading !== undefined) return `[below](#${anchorOf(heading)})`;
  const element = elementOf(inner);
  if (element !== null) return sectionLink(factsOf(element), headings);
  if (inner instanceof z.ZodRecord) return sectionLink(factsOf(inner.valueType), headings);
  return null;
}

function within(facts: Facts, path: string, headings: Headings): readonly Row[] {
  const { inner, title = '' } = facts;
  if (headings.has(title)) return [];
  if (inner instanceof z.ZodObject) return rowsOf(inner.shape, headings, `${path}.`);
  const element = elementOf(inner);
  if (element !== null) return within(factsOf(element), `${path}[]`, headings);
  if (inner instanceof z.ZodRecord) {
    return within(factsOf(inner.valueType), `${path}.NAME`, headings);
  }
  if (!(inner instanceof z.ZodUnion)) return [];
  return formsOf(facts).flatMap((form) => within(form, path, headings));
}

/** A field that several forms have is told once; the values of `kind` are alternatives. */
function merged(rows: readonly Row[]): readonly Row[] {
  const byPath = new Map<string, Row>();
  for (const row of rows) {
    const before = byPath.get(row.path);
    const type =
      before === undefined || before.type === row.type ? row.type : `${before.type} or ${row.type}`;
    byPath.set(row.path, { ...(before ?? row), type });
  }
  return [...byPath.values()];
}

/** @throws TypeError for a field that nothing is said of */
export function tableOf(rows: readonly Row[], where: string): string {
  const lines = rows.map(({ path, type, usual, description, example }) => {
    if (description === undefined) throw new TypeError(`${where}.${path} has no description`);
    if (example === null) throw new TypeError(`${where}.${path} has no example`);
    return `| ${[`\`${path}\``, type, usual, description, example].map(cell).join(' | ')} |`;
  });
  return ['| field | type | default | meaning | example |', '|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
