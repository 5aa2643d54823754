import type { Policy } from './core-under-test.js';
import { between, type Chance, chanceFrom, often, pick, some } from '../support/chance.js';
import { calmed } from './calm.js';
import { neglected } from './draw-neglect.js';
import { withHands } from './draw-hands.js';
import { drawStrategy } from './draw-strategy.js';
import type { Move } from './place.js';
import { AS_EVER } from './configured.js';
import { type Order, ORDERS, type Planned, type Shape, type TimedMove } from './shape.js';
import { drawSizes } from './sizes.js';
import type { Scenery } from './stage.js';
import { reconfigured } from './draw-configured.js';
import { CALM, type Trouble } from './trouble.js';

/** The life that follows from a seed. */
export function drawShape(seed: number): Shape {
  const chance = chanceFrom(seed);
  const router = pick(chance, ['memory', 'memory', 'one_state', 'one_state', 'none'] as const);
  const coloured = router !== 'none' && often(chance, 0.3);
  const scenery: Scenery = {
    targets: often(chance, 0.1) && !coloured ? 1 : between(chance, 2, 6),
    coloured,
    router,
    checked: often(chance, 0.6),
    removes: often(chance, 0.5),
    observes: often(chance, 0.5),
    limited: often(chance, 0.1),
  };
  const sized = withSizes(seed, scenery);
  const restless = pick(chance, [0, 0, 0.5, 1]);
  const troubled = pick(chance, [0, 0.5, 0.5, 1]);
  const canBeLeft = router !== 'none' && !coloured && scenery.targets > 1;
  const isNeglected = canBeLeft && often(chance, 0.12);
  const deployments = Array.from({ length: between(chance, isNeglected ? 3 : 1, 4) }, (_, at) =>
    drawPlanned(chance, scenery, { first: at === 0, restless, troubled }),
  );
  const its = { seed, scenery: sized, settled: often(chance, 0.7) };
  if (isNeglected) {
    // People hold targets out there, which nobody can tell from a close (below).
    const open = { ...its, scenery: { ...sized, persistentGraceMs: null } };
    return { ...open, deployments: neglected(chance, scenery, deployments) };
  }
  const drawn = often(chance, 0.08) ? deployments.map(calmed) : deployments;
  const lived = reconfigured(chanceFrom(seed + 0.5), scenery, drawn);
  const told = tellable(sized, lived);
  return { ...its, deployments: withHands(seed, withRollbacks(seed, told)) };
}

/**
 * What we close looks like what a person takes into maintenance: nobody can tell which it
 * is once both happen. Where targets are closed, people leave maintenance alone.
 */
function tellable(
  { persistentGraceMs }: Scenery,
  deployments: readonly Planned[],
): readonly Planned[] {
  if (persistentGraceMs == null) return deployments;
  return deployments.map((planned) => ({
    ...planned,
    moves: planned.moves.filter(({ move }) => move.kind !== 'maint'),
  }));
}

function withSizes(seed: number, scenery: Scenery): Scenery {
  const routed = scenery.router !== 'none';
  const sizes = drawSizes(chanceFrom(seed ^ 0x2545f491), scenery.targets, routed);
  return { ...scenery, sizes, ...(routed && drawGrace(seed, scenery)) };
}

/** In some lives clients persist, and a switch of all the traffic ends them. Drawn apart, too. */
function drawGrace(seed: number, { coloured }: Scenery): Pick<Scenery, 'persistentGraceMs'> {
  const chance = chanceFrom(seed ^ 0x38495ab5);
  if (!often(chance, coloured ? 0.5 : 0.1)) return {};
  return { persistentGraceMs: pick(chance, [0, 5_000, 20_000]) };
}

/** Some of them go back to a version that was good. Drawn apart, so that all else of a seed stays as it was. */
function withRollbacks(seed: number, deployments: readonly Planned[]): readonly Planned[] {
  const chance = chanceFrom(seed ^ 0x5bd1e995);
  return deployments.map((planned, at) =>
    at > 0 && often(chance, 0.3) ? { ...planned, back: between(chance, 1, 3) } : planned,
  );
}

interface Mood {
  readonly first: boolean;
  /** How likely the world moves while one is deployed. */
  readonly restless: number;
  /** How likely something fails. */
  readonly troubled: number;
}

const drawPlanned = (
  chance: Chance,
  scenery: Scenery,
  { first, restless, troubled }: Mood,
): Planned => ({
  strategy: drawStrategy(chance, scenery),
  configured: AS_EVER,
  policy: drawPolicy(chance),
  trigger: often(chance, 0.8) ? 'person' : 'automation',
  asked: first ? 'then' : drawTime(chance),
  trouble: often(chance, troubled) ? drawTrouble(chance) : CALM,
  orders: some(chance, 4, () => drawOrder(chance)),
  deaths: often(chance, 0.4)
    ? some(chance, 3, () => ({
        at: between(chance, 1, 30),
        moment: pick(chance, ['before', 'during', 'after'] as const),
      }))
    : [],
  moves: often(chance, restless) ? drawMoves(chance, scenery) : [],
});

function drawTime(chance: Chance): Planned['asked'] {
  const kind = chance();
  return kind < 0.55 ? 'then' : kind < 0.75 ? 'early' : between(chance, 0, 60_000);
}

const drawPolicy = (chance: Chance): Partial<Policy> => ({
  onFailure: pick(chance, ['rollback', 'rollback', 'hold'] as const),
  onConflict: pick(chance, ['queue', 'queue', 'supersede_waiting', 'supersede_running', 'reject']),
  retries: between(chance, 0, 3),
  retryDelay: pick(chance, [100, 2_000]),
  deadline: pick(chance, [3_600_000, 600_000, 600_000, 90_000]),
  progressDeadline: pick(chance, [null, null, null, 40_000]),
  targetDeadline: pick(chance, [null, null, 25_000]),
  afterRollback: pick(chance, ['hold_automation', 'continue'] as const),
});

const odds = (chance: Chance, most: number): number => pick(chance, [0, 0, most / 4, most]);

const drawTrouble = (chance: Chance): Trouble => ({
  deploy: odds(chance, 0.4),
  whole: 0.2,
  rollback: often(chance, 0.25) ? 0.2 : 0,
  check: odds(chance, 0.4),
  router: odds(chance, 0.2),
  flags: odds(chance, 0.1),
  metrics: odds(chance, 0.4),
  slow: pick(chance, [0, 3_000, 19_000]),
  late: pick(chance, [0, 0, 4_000]),
});

const drawOrder = (chance: Chance): Order => ({
  at: between(chance, 0, 90_000),
  what: pick(chance, ORDERS),
  back: often(chance, 0.2) ? 1 : 0,
});

/** What begins mostly ends again: what is held out is let in, what died is started. */
function drawMoves(chance: Chance, scenery: Scenery): readonly TimedMove[] {
  const moves: TimedMove[] = [];
  const when = between(chance, 1, 3);
  for (let made = 0; made < when; made += 1) {
    const move = drawMove(chance, scenery);
    const at = between(chance, 0, 60_000);
    moves.push(often(chance, 0.4) ? { call: between(chance, 1, 40), move } : { at, move });
    const end = move.kind === 'maint' ? 'ready' : move.kind === 'kill' ? 'revive' : null;
    if (end !== null && 'target' in move && often(chance, 0.75)) {
      const later = at + between(chance, 1_000, 90_000);
      moves.push({ at: later, move: { kind: end, target: move.target } });
    }
  }
  return moves;
}

function drawMove(chance: Chance, { targets, router }: Scenery): Move {
  const target = between(chance, 0, targets - 1);
  if (router === 'none') return { kind: pick(chance, ['kill', 'revive'] as const), target };
  const kind = chance();
  if (kind < 0.1) return { kind: 'forget' };
  if (kind < 0.25) return { kind: 'away', ms: pick(chance, [2_000, 15_000, 60_000]) };
  return { kind: pick(chance, ['maint', 'maint', 'kill', 'kill', 'ready', 'revive']), target };
}
