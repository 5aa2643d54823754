/**
 * JSON in the one form that RFC 8785 (JSON Canonicalization Scheme) gives it:
 * keys sorted by their UTF-16 code units, no white space, numbers and strings
 * as ECMAScript writes them. Takes what JSON can hold; fields that are
 * `undefined` are left out, as JSON does.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const written = fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${written.join(',')}}`;
}
