import { err, ok, type Result } from '../model/result.js';

/** What must be known of a member to put members in order. */
export interface Ordered {
  readonly service: string;
  readonly after: readonly string[];
}

/** Why services can't be released in the order asked for, and where in the request that is said. */
export interface OrderFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** An order that can't be carried out: a service twice, an unknown one before another, a circle. */
export function checkOrder(members: readonly Ordered[]): Result<null, OrderFault> {
  const known = new Set<string>();
  for (const [at, { service }] of members.entries()) {
    if (known.has(service)) {
      return fault([at, 'service'], `${service} is in this release twice`);
    }
    known.add(service);
  }
  for (const [at, { after }] of members.entries()) {
    const stranger = after.findIndex((service) => !known.has(service));
    if (stranger >= 0) {
      return fault([at, 'after', stranger], `${after[stranger]} is not in this release`);
    }
  }
  const circle = circleAmong(members);
  if (circle === null) return ok(null);
  const at = members.findIndex(({ service }) => service === circle[0]);
  return fault([at, 'after'], `no order: ${circle.join(' after ')}`);
}

/** Members that need `service`, directly or through others. */
export function dependentsOf<M extends Ordered>(
  members: readonly M[],
  service: string,
): readonly M[] {
  const needing = new Set([service]);
  for (let grown = true; grown;) {
    const more = members.filter(
      (member) =>
        !needing.has(member.service) && member.after.some((needed) => needing.has(needed)),
    );
    for (const member of more) needing.add(member.service);
    grown = more.length > 0;
  }
  return members.filter((member) => member.service !== service && needing.has(member.service));
}

/**
 * Takes away, again and again, whoever waits for nobody (Kahn, "Topological
 * sorting of large networks", 1962); of those that are left, each waits for
 * another that is left, so that following them leads around a circle.
 */
function circleAmong(members: readonly Ordered[]): readonly string[] | null {
  const left = new Map(members.map(({ service, after }) => [service, after]));
  for (let free = true; free;) {
    const ready = [...left].filter(([, after]) => !after.some((needed) => left.has(needed)));
    for (const [service] of ready) left.delete(service);
    free = ready.length > 0;
  }
  let [walker] = left.keys();
  if (walker === undefined) return null;
  const path: string[] = [];
  while (walker !== undefined && !path.includes(walker)) {
    path.push(walker);
    walker = left.get(walker)?.find((needed) => left.has(needed));
  }
  const start = path.findIndex((service) => service === walker);
  return [...path.slice(start), ...path.slice(start, start + 1)];
}

const fault = (path: OrderFault['path'], message: string): Result<null, OrderFault> =>
  err({ path, message });
