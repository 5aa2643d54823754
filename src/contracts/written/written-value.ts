import { z } from 'zod';
import { secretRef } from '../values/secret-ref.js';
import { writtenDuration } from './duration-text.js';
import { elementOf, type Facts, factsOf, formsOf } from './schema-facts.js';

/** What stands where a secret is, or may be. */
export const HIDDEN = '***';

/**
 * A checked value as a configuration would write it: lengths of time as text, and
 * no secret. A reference such as `env:NAME` is none; a value in its place is.
 */
export function writtenValue(schema: z.core.$ZodType, value: unknown): unknown {
  const facts = factsOf(schema);
  if (facts.secret) return withoutSecrets(value);
  if (facts.title === 'duration' && typeof value === 'number') return writtenDuration(value);
  if (typeof value === 'string') return withoutCredentials(value);
  return within(facts, value);
}

function within(facts: Facts, value: unknown): unknown {
  const { inner } = facts;
  const element = elementOf(inner);
  if (Array.isArray(value)) {
    return value.map((one) => (element === null ? plain(one) : writtenValue(element, one)));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (inner instanceof z.ZodUnion) return written(shapeFor(facts, value), value);
  if (inner instanceof z.ZodObject) return written(inner.shape, value);
  if (inner instanceof z.ZodRecord) {
    return mapped(value, (one) => writtenValue(inner.valueType, one));
  }
  return plain(value);
}

type Shape = Readonly<Record<string, z.core.$ZodType>>;

const written = (shape: Shape, value: object): object =>
  mapped(value, (one, name) => {
    const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return schema === undefined ? plain(one) : writtenValue(schema, one);
  });

/** Of several forms, the one with the value's kind; without kinds, all of their fields. */
function shapeFor(facts: Facts, value: object): Shape {
  const shapes = formsOf(facts).flatMap(({ inner }) =>
    inner instanceof z.ZodObject ? [inner.shape] : [],
  );
  const kind: unknown = 'kind' in value ? value.kind : undefined;
  const own = shapes.find((shape) => z.safeParse(shape['kind'] ?? z.never(), kind).success);
  return own ?? Object.assign({}, ...shapes);
}

/** Where no schema is known, still nothing that looks like a secret. */
function plain(value: unknown): unknown {
  if (typeof value === 'string') return withoutCredentials(value);
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === 'object' && value !== null ? mapped(value, plain) : value;
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return isOpen(value) ? value : HIDDEN;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  return typeof value === 'object' && value !== null ? mapped(value, withoutSecrets) : value;
}

const isOpen = (text: string): boolean =>
  secretRef(text) !== null || text.includes('BEGIN PUBLIC KEY');

/** User and password of a URL, and values that are called a secret: `?token=…`, `--password=…`. */
const withoutCredentials = (text: string): string =>
  text
    .replaceAll(/\/\/[^\s/@]+@/g, `//${HIDDEN}@`)
    .replaceAll(/((?:token|secret|passw(?:or)?d|api[-_]?key)[\w-]*[=:])[^\s&{}]+/gi, `$1${HIDDEN}`);

const mapped = (value: object, change: (one: unknown, name: string) => unknown): object =>
  Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(one, name)]));
