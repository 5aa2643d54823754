import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { API, aTarget } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const NEVER = new AbortController().signal;

export type Shares = Readonly<Record<string, number>>;

export interface Sizing {
  readonly sizes: readonly number[];
  /** `balancer`: they are the weights in the balancer's own configuration. */
  readonly by: 'configuration' | 'balancer';
  readonly coloured?: boolean;
}

/** A service whose targets can carry this, and what its router gives each. */
export function unequal({ sizes, by, coloured = false }: Sizing) {
  const names = sizes.map((_, at) => `web-${at + 1}`);
  const sizeOf = (id: string): number => sizes[names.indexOf(id)] ?? 1;
  const router = new MemoryRouter(
    by === 'balancer'
      ? { capacities: Object.fromEntries(names.map((id) => [id, 50 * sizeOf(id)])) }
      : {},
  );
  const places = names.map((id, at) => ({
    ...aTarget(id),
    ...(by === 'configuration' && { capacity: sizeOf(id) }),
    metadata: coloured ? { colour: at % 2 === 0 ? 'blue' : 'green' } : {},
  }));
  const world = aWorld({ runtime: { router }, fixture: { places } });
  const call = { ...API, targets: places };
  const shares = async (): Promise<Readonly<Record<string, number>>> => {
    const answer = await router.shares(call, NEVER);
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.value;
  };
  /** The part of these in what they can carry together; nothing of the others. */
  const byCapacity = (ids: readonly string[]): Readonly<Record<string, number>> => {
    const whole = ids.reduce((sum, id) => sum + sizeOf(id), 0);
    return Object.fromEntries(names.map((id) => [id, ids.includes(id) ? sizeOf(id) / whole : 0]));
  };
  return { ...world, router, names, sizeOf, shares, byCapacity };
}

/** As they are compared: sums of fractions. */
export const rounded = (shares: Shares): Shares =>
  Object.fromEntries(
    Object.entries(shares).map(([id, share]) => [id, Math.round(share * 1e5) / 1e5]),
  );
