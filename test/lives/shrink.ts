import { live, type Life } from './live.js';
import { AS_EVER } from './configured.js';
import type { Planned, Shape } from './shape.js';
import { CALM } from './trouble.js';

/** More tries than any of these shapes has parts. */
const MOST_TRIES = 300;

/** The smallest life that can be found, part by part left out, in which there still is a fault of this kind. */
export async function shrunk(life: Life, kind = life.faults[0]?.kind): Promise<Life> {
  let smallest = life;
  let tries = 0;
  for (let found = true; found && tries < MOST_TRIES;) {
    found = false;
    for (const shape of smaller(smallest.shape)) {
      tries += 1;
      const again = await live(shape);
      if (!again.faults.some((fault) => fault.kind === kind)) continue;
      smallest = again;
      found = true;
      break;
    }
  }
  return smallest;
}

function* smaller(shape: Shape): Generator<Shape> {
  const { deployments, scenery } = shape;
  const but = (at: number, change: Partial<Planned>): Shape => ({
    ...shape,
    deployments: deployments.map((each, place) => (place === at ? { ...each, ...change } : each)),
  });
  if (deployments.length > 1) {
    for (const at of deployments.keys()) yield { ...shape, deployments: without(deployments, at) };
  }
  for (const [
    at,
    { orders, deaths, moves, trouble, asked, policy, configured, back = 0, hands = [] },
  ] of deployments.entries()) {
    for (const each of orders.keys()) yield but(at, { orders: without(orders, each) });
    for (const each of deaths.keys()) yield but(at, { deaths: without(deaths, each) });
    for (const each of moves.keys()) yield but(at, { moves: without(moves, each) });
    for (const each of hands.keys()) yield but(at, { hands: without(hands, each) });
    if (configured !== AS_EVER) yield but(at, { configured: AS_EVER });
    if (trouble !== CALM) yield but(at, { trouble: CALM });
    if (back > 0) yield but(at, { back: back - 1 });
    if (asked !== 'then') yield but(at, { asked: 'then' });
    const { onFailure = 'rollback' } = policy;
    if (Object.keys(policy).length > 1) yield but(at, { policy: { onFailure } });
  }
  if (scenery.targets > 1)
    yield { ...shape, scenery: { ...scenery, targets: scenery.targets - 1 } };
  if (scenery.persistentGraceMs != null)
    yield { ...shape, scenery: { ...scenery, persistentGraceMs: null } };
  if (scenery.sizes) yield { ...shape, scenery: { ...scenery, sizes: null } };
  for (const off of ['limited', 'checked', 'observes', 'removes'] as const) {
    if (scenery[off]) yield { ...shape, scenery: { ...scenery, [off]: false } };
  }
}

const without = <T>(list: readonly T[], at: number): readonly T[] => list.toSpliced(at, 1);
