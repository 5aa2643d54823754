import fc from 'fast-check';
import { z } from 'zod';
import { hostileText, hostileValue, own } from './hostile-values.js';

/** What is used of JSON Schema, as zod writes it. */
interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly allOf?: readonly Shape[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Shape>>;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly items?: Shape | false;
  readonly prefixItems?: readonly Shape[];
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | boolean;
  readonly propertyNames?: Shape;
}

const LEVELS = 6;

/**
 * Values that come close to what a schema takes, each part of them now and then
 * exchanged for something hostile: what is wrong everywhere is refused at the door,
 * and never reaches the rules behind it.
 */
export function arbitraryOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  const of = (shape: Shape, levels: number): fc.Arbitrary<unknown> => {
    const good = levels === 0 ? fc.constant(null) : goodOf(shape, levels);
    return fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: hostileValue });
  };
  const goodOf = (shape: Shape, levels: number): fc.Arbitrary<unknown> => {
    if (shape.$ref !== undefined) {
      const name = shape.$ref.split('/').at(-1) ?? '';
      return of(shape.$ref === '#' ? root : (root.$defs?.[name] ?? {}), levels - 1);
    }
    if (shape.const !== undefined) return fc.constant(shape.const);
    if (shape.enum) return fc.constantFrom(...shape.enum);
    const choice = shape.anyOf ?? shape.oneOf ?? shape.allOf;
    if (choice) return fc.oneof(...choice.map((one) => of(one, levels)));
    const { type = 'any' } = shape;
    switch (type) {
      case 'string':
        return textOf(shape.pattern);
      case 'integer':
      case 'number':
        return numberOf(shape);
      case 'boolean':
        return fc.boolean();
      case 'array':
        return arrayOf(shape, (one) => of(one, levels - 1));
      case 'object':
        return objectOf(shape, (one) => of(one, levels - 1));
      default:
        return hostileValue;
    }
  };
  return of(root, LEVELS);
}

function textOf(pattern: string | undefined): fc.Arbitrary<string> {
  const words = fc.constantFrom('api', 'web-1', '1.4.2', '30s', '25%', '2026-11-24T10:00:00Z');
  if (pattern === undefined) return fc.oneof(words, hostileText);
  return fc.oneof(words, matching(pattern), hostileText);
}

/** Some patterns look around, which can't be made up. */
function matching(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern), { size: 'small' });
  } catch {
    return fc.constant('x');
  }
}

function numberOf({ type, minimum, maximum, exclusiveMinimum }: Shape): fc.Arbitrary<number> {
  const min = Math.ceil(Math.max(minimum ?? exclusiveMinimum ?? -10, -1e9));
  const max = Math.floor(Math.min(maximum ?? min + 1_000, 1e9));
  const whole = fc.integer({ min, max: Math.max(min, max) });
  const edges = fc.constantFrom(min, max, min - 1, max + 1);
  return type === 'integer' ? fc.oneof(whole, edges) : fc.oneof(whole, edges, fc.double());
}

type Of = (shape: Shape) => fc.Arbitrary<unknown>;

function arrayOf({ prefixItems, items, minItems = 0 }: Shape, of: Of): fc.Arbitrary<unknown> {
  const rest = fc.array(items ? of(items) : fc.constant(null), {
    minLength: prefixItems ? 0 : Math.min(minItems, 3),
    maxLength: 3,
  });
  if (!prefixItems) return rest;
  return fc
    .tuple(fc.tuple(...prefixItems.map(of)), rest)
    .map(([first, more]) => [...first, ...more]);
}

function objectOf(shape: Shape, of: Of): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties, propertyNames } = shape;
  const known = Object.entries(properties).map(([name, inner]) =>
    fc
      .option(of(inner), { nil: undefined, freq: required.includes(name) ? 30 : 2 })
      .map((value) => [name, value] as const),
  );
  const names = propertyNames ? of(propertyNames).map(asName) : hostileText;
  const values = typeof additionalProperties === 'object' ? of(additionalProperties) : hostileText;
  const more = fc.array(fc.tuple(names, values), {
    maxLength: typeof additionalProperties === 'object' ? 3 : 0,
  });
  const strange = fc.oneof(
    { weight: 15, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.tuple(fc.tuple(hostileText, hostileText)) },
  );
  return fc
    .tuple(fc.tuple(...known), more, strange)
    .map(([fields, extra, odd]) =>
      own([...fields.filter(([, value]) => value !== undefined), ...extra, ...odd]),
    );
}

/** Names are texts; some objects can't even be made one. */
const asName = (value: unknown): string => (typeof value === 'string' ? value : typeof value);
