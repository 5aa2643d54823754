import type { Case } from '../draw-case.js';
import { sizesOf } from './own-floor.js';
import type { ServerView } from '../sites/balancer.js';
import { versionAt } from '../sites/target-health.js';
import type { World } from '../world.js';

/** Routers have whole weights. */
const NEAR = 0.01;

/**
 * What is not as it should be once a deployment has ended with this version: it runs everywhere, or
 * on one colour at least, and in every balancer these share the traffic by what they can carry.
 */
export async function endFaults(
  drawn: Case,
  { site, targets }: World,
  version: string,
): Promise<readonly string[]> {
  const { targets: ids } = drawn;
  const running = await Promise.all(targets.map(versionAt));
  const shown = ids.map((id, at) => `${id} runs ${running[at]}`).join(', ');
  const whole = groupsOf(drawn).filter((group) =>
    group.every((id) => running[ids.indexOf(id)] === version),
  );
  if (whole.length === 0) return [`${version} should run: ${shown}`];
  if (drawn.balancer === 'none') return [];
  const looks = await Promise.all(
    site.balancers.map(async ({ name, look }) => ({ name, servers: (await look()) ?? [] })),
  );
  const sizes = sizesOf(drawn);
  const faults = whole.map((group) =>
    looks.flatMap(({ name, servers }) =>
      wrongShares(servers, group, sizes).map((said) => `${name} gives ${said} (${shown})`),
    ),
  );
  // Where both colours run it, either may be live, in all balancers alike.
  return faults.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

/** Who may have all of the traffic. */
const groupsOf = ({ isColoured, targets }: Case): readonly (readonly string[])[] =>
  isColoured ? [targets.slice(0, 2), targets.slice(2)] : [targets];

function wrongShares(
  servers: readonly ServerView[],
  group: readonly string[],
  sizes: Readonly<Record<string, number>>,
): readonly string[] {
  const whole = servers.reduce((sum, { weight }) => sum + weight, 0);
  const size = group.reduce((sum, id) => sum + (sizes[id] ?? 0), 0);
  return servers.flatMap(({ target, weight }) => {
    const share = whole === 0 ? 0 : weight / whole;
    const right = group.includes(target) ? (sizes[target] ?? 0) / size : 0;
    return Math.abs(share - right) <= NEAR && share > 0 === right > 0
      ? []
      : [`${target} ${share.toFixed(3)}, not ${right.toFixed(3)}`];
  });
}
