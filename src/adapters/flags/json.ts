/** A JSON object of which nothing more is known. */
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A flag may well be named `constructor`: only what was written down counts. */
export const own = (record: Json, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** What flagd hands on beside a flag, or beside all flags of a file. */
export function metadataOf(holder: unknown): Json {
  const metadata = isObject(holder) ? holder['metadata'] : undefined;
  return isObject(metadata) ? metadata : {};
}
