import { z } from 'zod';

/** What a field's schema says of it, through all that is wrapped around it. */
export interface Facts {
  /** Without wrappers. */
  readonly inner: z.core.$ZodType;
  /** The name of what it is: a duration, or a section of the page. */
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly examples: readonly unknown[];
  readonly required: boolean;
  readonly nullable: boolean;
  /** What stands there may be a secret (`writeOnly` in JSON Schema). */
  readonly secret: boolean;
  /** `undefined` where there is none. */
  readonly usual: unknown;
  /** Of a duration, in milliseconds. */
  readonly bounds: { readonly min: number; readonly max: number } | undefined;
}

const NONE: Omit<Facts, 'inner'> = {
  title: undefined,
  description: undefined,
  examples: [],
  required: true,
  nullable: false,
  secret: false,
  usual: undefined,
  bounds: undefined,
};

/** What stands further outside goes before what stands within. */
export function factsOf(schema: z.core.$ZodType): Facts {
  const { title, description, examples = [], ...meta } = z.globalRegistry.get(schema) ?? {};
  const within = wrappedIn(schema);
  const below = within === null ? { inner: schema, ...NONE } : factsOf(within);
  const optional = schema instanceof z.ZodOptional;
  const usual = usualOf(schema);
  return {
    ...below,
    title: title ?? below.title,
    description: description ?? below.description,
    examples: Array.isArray(examples) && examples.length > 0 ? examples : below.examples,
    required: below.required && !optional && usual === undefined,
    nullable: below.nullable || schema instanceof z.ZodNullable,
    secret: below.secret || meta['writeOnly'] === true,
    usual: usual ?? below.usual,
    bounds:
      typeof meta['minimum'] === 'number' && typeof meta['maximum'] === 'number'
        ? { min: meta['minimum'], max: meta['maximum'] }
        : below.bounds,
  };
}

function usualOf(schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return schema.def.defaultValue ?? NULL;
  }
  return undefined;
}

/** A default of `null`, which is one. */
export const NULL = Symbol('null');

function wrappedIn(schema: z.core.$ZodType): z.core.$ZodType | null {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return schema.def.innerType;
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return schema.def.innerType;
  return schema instanceof z.ZodPipe ? schema.def.in : null;
}

/** The forms that a value may have, by their facts; one, where it is no union. */
export function formsOf(facts: Facts): readonly Facts[] {
  return facts.inner instanceof z.ZodUnion
    ? facts.inner.options.map((option) => factsOf(option))
    : [facts];
}

/** What a list is of; `null` for what is no list. */
export function elementOf(schema: z.core.$ZodType): z.core.$ZodType | null {
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodTuple ? (schema.def.items[0] ?? schema.def.rest) : null;
}
