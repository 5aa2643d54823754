import type { Case } from '../draw-case.js';
import { sizesOf } from './own-floor.js';
import { versionAt } from '../sites/target-health.js';
import type { World } from '../world.js';

/** Routers have whole weights. */
const NEAR = 0.01;

/**
 * What is not as it should be once a deployment has ended with this version: it runs everywhere, or
 * on one colour, and in every balancer these share the traffic by what they can carry.
 */
export async function endFaults(
  drawn: Case,
  { site, targets }: World,
  version: string,
): Promise<readonly string[]> {
  const { isColoured, targets: ids } = drawn;
  const running = await Promise.all(targets.map(versionAt));
  const having = ids.filter((_, at) => running[at] === version);
  const shown = ids.map((id, at) => `${id} runs ${running[at]}`).join(', ');
  const colours = new Set(having.map((id) => id.split('-')[0]));
  const isWhole = isColoured
    ? colours.size === 1 && having.length === ids.length / 2
    : having.length === ids.length;
  if (!isWhole) return [`${version} should run: ${shown}`];
  const sizes = sizesOf(drawn);
  const sizeOf = (id: string): number => sizes[id] ?? 0;
  const whole = having.reduce((sum, id) => sum + sizeOf(id), 0);
  const wanted = new Map(ids.map((id) => [id, having.includes(id) ? sizeOf(id) / whole : 0]));
  if (drawn.balancer === 'none') return [];
  const faults = await Promise.all(
    site.balancers.map(async ({ name, look }) => {
      const servers = (await look()) ?? [];
      const all = servers.reduce((sum, { weight }) => sum + weight, 0);
      return servers.flatMap(({ target, weight }) => {
        const [share, right] = [all === 0 ? 0 : weight / all, wanted.get(target) ?? 0];
        return Math.abs(share - right) <= NEAR && share > 0 === right > 0
          ? []
          : [`${name} gives ${target} ${share.toFixed(3)}, not ${right.toFixed(3)} (${shown})`];
      });
    }),
  );
  return faults.flat();
}
