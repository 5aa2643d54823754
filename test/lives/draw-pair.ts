import { drawShape } from './draw-shape.js';
import type { Shape } from './shape.js';

/** The life of this seed, behind two balancers; who persists is let. */
export function drawPair(seed: number): Shape {
  const shape = drawShape(seed);
  const { router } = shape.scenery;
  const kind = router === 'none' ? 'one_state' : router;
  return {
    ...shape,
    scenery: { ...shape.scenery, router: kind, balancers: 2, persistentGraceMs: null },
  };
}
