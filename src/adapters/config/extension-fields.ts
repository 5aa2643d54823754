/** As in Compose: fields of people's own, where pieces stand that are used elsewhere. */
const EXTENSION = /^x-/;

/**
 * A configuration without its `x-` fields: of the whole, of each service, and of each of
 * its environments. Names of services, environments, labels and the like may begin so.
 */
export function withoutExtensions(config: unknown): unknown {
  return bare(config, {
    services: (services) =>
      each(services, (service) =>
        bare(service, { environments: (environments) => each(environments, (here) => bare(here)) }),
      ),
  });
}

type Change = (value: unknown) => unknown;

function bare(value: unknown, changes: Readonly<Record<string, Change>> = {}): unknown {
  if (!isMapping(value)) return value;
  const fields = Object.entries(value).filter(([name]) => !EXTENSION.test(name));
  return Object.fromEntries(
    fields.map(([name, inner]) => [name, changes[name]?.(inner) ?? inner] as const),
  );
}

const each = (value: unknown, change: Change): unknown =>
  isMapping(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, change(inner)] as const),
      )
    : value;

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
