/** Where the worker finds a secret that a configuration only names. */
export type SecretRef =
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'file'; readonly path: string };

const REFERENCE = /^(?:env:([A-Za-z_][A-Za-z0-9_]*)|file:(\/[^\0]+))$/;

/** `env:NAME` or `file:/absolute/path`; `null` for a value that stands for itself. */
export function secretRef(value: string): SecretRef | null {
  const [, name, path] = REFERENCE.exec(value) ?? [];
  if (name !== undefined) return { from: 'env', name };
  return path === undefined ? null : { from: 'file', path };
}
