import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { SMALL_EXAMPLE, configPage } from '../../scripts/config-page.js';
import { configTables, partsOf } from '../../scripts/config-reference/config-tables.js';
import { tableOf } from '../../scripts/config-reference/field-table.js';
import { factsOf } from '../../src/contracts/written/schema-facts.js';
import { SECTIONS } from '../../scripts/config-reference/sections.js';
import { checkConfig } from '../../src/adapters/config/load-config.js';
import { ConfigSchema } from '../../src/contracts/config/config.schema.js';

interface Shape {
  readonly description?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape | false;
  readonly additionalProperties?: Shape | boolean;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly prefixItems?: readonly Shape[];
}

/** Every field of the JSON Schema, by path; what is reached in two ways is there twice. */
function fieldsOf(shape: Shape, path = ''): readonly (readonly [string, Shape])[] {
  const { items, additionalProperties, anyOf = [], oneOf = [], prefixItems = [] } = shape;
  const own = Object.entries(shape.properties ?? {}).flatMap(([name, inner]) => [
    [`${path}.${name}`, inner] as const,
    ...fieldsOf(inner, `${path}.${name}`),
  ]);
  const others = [...anyOf, ...oneOf, ...prefixItems, items, additionalProperties];
  return [...own, ...others.flatMap((one) => (typeof one === 'object' ? fieldsOf(one, path) : []))];
}

const JSON_SCHEMA = z.toJSONSchema(ConfigSchema, { io: 'input', unrepresentable: 'any' }) as Shape;
const PAGE = configPage();

describe('the reference of the configuration', () => {
  test('has a description for every field', () => {
    const fields = fieldsOf(JSON_SCHEMA);
    const without = fields.filter(([, { description = '', ...shape }]) => {
      return description.trim() === '' && shape.const === undefined;
    });

    expect(fields.length).toBeGreaterThan(400);
    expect([...new Set(without.map(([path]) => path))]).toEqual([]);
  });

  test('names every field in a table', () => {
    const missing = fieldsOf(JSON_SCHEMA).filter(([path]) => {
      const name = path.split('.').at(-1) ?? '';
      return !new RegExp(`^\\| \`(?:[^\`]*\\.)?${name}\` \\|`, 'm').test(PAGE);
    });

    expect(missing.map(([path]) => path)).toEqual([]);
  });

  test('has in every row a type, a default, a meaning and an example', () => {
    const rows = configTables()
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(200);
    for (const row of rows) {
      const cells = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
      expect(cells, row).toHaveLength(7);
      expect(cells.slice(1, 6), row).not.toContain('');
    }
  });

  test('links to nothing that it does not have', () => {
    const anchors = [...PAGE.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 _-]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...PAGE.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);

    expect(links.length).toBeGreaterThan(50);
    expect(links.filter((anchor) => !anchors.includes(String(anchor)))).toEqual([]);
  });

  test.each<readonly [string, string]>([
    ['the small one', SMALL_EXAMPLE],
    ...SECTIONS.map(({ heading, example }) => [heading, example] as const),
  ])('has an example that works: %s', (_, example) => {
    expect(() => checkConfig(parse(example))).not.toThrow();
  });

  test('has examples of fields that the fields take', () => {
    const wrong: string[] = [];
    const seen = new Set<z.core.$ZodType>();
    const visit = (schema: z.core.$ZodType): void => {
      const { inner } = factsOf(schema);
      if (seen.has(inner)) return;
      seen.add(inner);
      if (inner instanceof z.ZodObject) {
        for (const [name, field] of Object.entries(inner.shape)) {
          for (const example of factsOf(field).examples) {
            if (!z.safeParse(field, example).success) wrong.push(`${name}: ${String(example)}`);
          }
        }
      }
      for (const part of partsOf(inner)) visit(part);
    };
    visit(ConfigSchema);

    expect(seen.size).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  test('is not made where a field has no description or no example', () => {
    const row = { path: 'a', type: 'text', usual: '–', description: 'A.', example: '`a: x`' };

    expect(tableOf([row], 'x')).toContain('| `a` | text | – | A. | `a: x` |');
    expect(() => tableOf([{ ...row, description: undefined }], 'x')).toThrow(
      'x.a has no description',
    );
    expect(() => tableOf([{ ...row, example: null }], 'x')).toThrow('x.a has no example');
  });
});
