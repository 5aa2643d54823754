import { z } from 'zod';
import { ConfigSchema } from '../../src/contracts/config/config.schema.js';
import { anchorOf, type Headings } from './field-text.js';
import { type Row, rowsOf, tableOf } from './field-table.js';
import {
  elementOf,
  type Facts,
  factsOf,
  formsOf,
} from '../../src/contracts/written/schema-facts.js';
import type { Section } from './section.js';
import { SECTIONS } from './sections.js';

type Shape = Readonly<Record<string, z.core.$ZodType>>;

export const HEADINGS: Headings = new Map(
  SECTIONS.flatMap(({ title, heading }) => (title === null ? [] : [[title, heading] as const])),
);

/** A list of the sections, with a link to each. */
export const contentsOf = (headings: readonly string[]): string =>
  headings.map((heading) => `- [${heading}](#${anchorOf(heading)})`).join('\n');

/** The sections with the tables of all fields. @throws TypeError for a field without a description */
export const configTables = (): string => SECTIONS.map(sectionText).join('\n\n');

function sectionText(section: Section): string {
  const { heading, at, about, example } = section;
  return `## ${heading}

Where: ${at}. ${about}

\`\`\`yaml
${example}
\`\`\`

${tablesOf(section)}`;
}

function tablesOf({ title, heading, kinds = {} }: Section): string {
  const forms = title === null ? [factsOf(ConfigSchema)] : formsTitled(title);
  const shapes = forms.flatMap(({ inner }) => (inner instanceof z.ZodObject ? [inner.shape] : []));
  const where = title ?? 'configuration';
  const byKind = shapes.flatMap((shape) => {
    const kind = kindOf(shape);
    return kind === null ? [] : [[kind, shape] as const];
  });
  if (byKind.length < shapes.length || shapes.length === 1) {
    return tableOf(mergedRows(shapes), where);
  }
  const common = commonFields(shapes);
  const shared = Object.keys(common).length > 0 ? [everyKind(common, where)] : [];
  const each = byKind.map(([kind, shape]) => {
    const about = kinds[kind];
    if (about === undefined) throw new TypeError(`${heading}: nothing is said of ${kind}`);
    const own = Object.entries(shape).filter(([name]) => !(name in common));
    return `### \`kind: ${kind}\`\n\n${about}\n\n${tableOf(rowsOf(Object.fromEntries(own), HEADINGS), `${where} ${kind}`)}`;
  });
  return [...shared, ...each].join('\n\n');
}

const everyKind = (common: Shape, where: string): string =>
  `Every kind has these fields:\n\n${tableOf(rowsOf(common, HEADINGS), where)}`;

/** Of forms that are no kinds: a field may be in one of them only. */
function mergedRows(shapes: readonly Shape[]): readonly Row[] {
  const rows = shapes.flatMap((shape) => rowsOf(shape, HEADINGS));
  return rows.filter(({ path }, at) => rows.findIndex((row) => row.path === path) === at);
}

/** The fields that all shapes have, and mean the same by. */
function commonFields([first = {}, ...others]: readonly Shape[]): Shape {
  return Object.fromEntries(
    Object.entries(first).filter(([name, schema]) =>
      others.every((shape) => shape[name] === schema),
    ),
  );
}

function kindOf(shape: Shape): string | null {
  const kind = shape['kind'];
  return kind instanceof z.ZodLiteral ? String([...kind.values][0]) : null;
}

/** All that has this title; of windows, say, those of a policy and those of all services. */
function formsTitled(title: string): readonly Facts[] {
  const found = [...titled(ConfigSchema, title, new Set())];
  if (found.length === 0) throw new TypeError(`nothing in the configuration is called ${title}`);
  return found.flatMap(formsOf);
}

/** From the outside in. */
function* titled(
  schema: z.core.$ZodType,
  title: string,
  seen: Set<z.core.$ZodType>,
): Generator<Facts> {
  const facts = factsOf(schema);
  if (seen.has(facts.inner)) return;
  seen.add(facts.inner);
  if (facts.title === title) yield facts;
  for (const inner of partsOf(facts.inner)) yield* titled(inner, title, seen);
}

/** What a schema is made of. */
export function partsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) return Object.values(schema.shape);
  const element = elementOf(schema);
  if (element !== null) return [element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  return schema instanceof z.ZodUnion ? schema.options : [];
}
