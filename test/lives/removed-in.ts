import type { Deployment } from './core-under-test.js';

/** Those that left the configuration, and that it says it left as they are. */
export const leftIn = ({ plan, targets }: Deployment): readonly string[] =>
  (plan.removed ?? []).flatMap(({ target: { id } }) => {
    const { state } = targets.get(id) ?? { state: 'pending' };
    return state === 'pending' || state === 'retire_failed' ? [id] : [];
  });
/** Those that left the configuration. */
export const removedIn = ({ plan }: Deployment): readonly string[] =>
  (plan.removed ?? []).map(({ target }) => target.id);
/** Those that left it, and that it did not leave. */
export const retiredIn = (deployment: Deployment): readonly string[] => {
  const left = leftIn(deployment);
  return removedIn(deployment).filter((id) => !left.includes(id));
};
