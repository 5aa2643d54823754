import type { Deed, Diary } from './diary.js';

type Hold = Extract<Deed, { kind: 'maint' }>;

/** Moments at which a target was not held out any more, and no person had given it back. */
export function handFaults({ samples, deeds, deployments }: Diary): readonly string[] {
  return deeds.flatMap((deed) => {
    if (deed.kind !== 'maint' || isLostAtOnce(deed, deployments)) return [];
    const { balancer, target, at: from } = deed;
    // A balancer that comes back without it has lost it: nobody holds it out any more.
    const lost = deeds.flatMap((other) => {
      if (other.kind !== 'restart' || other.balancer !== balancer || other.until <= from) return [];
      // Also what is set after the state was written down.
      return other.forgets || from >= other.begunAt ? [other.begunAt] : [];
    });
    const until = Math.min(deed.until, ...lost);
    const lifted = (samples.get(balancer) ?? []).find(
      ({ at, until: answeredAt, servers }) =>
        at > from &&
        answeredAt < until &&
        servers?.some((server) => server.target === target && !server.held) === true,
    );
    return lifted === undefined
      ? []
      : [
          `${balancer}: ${target}, held out by a person since ${from}, was put back at ${lifted.at}`,
        ];
  });
}

/**
 * HAProxy has one state for a server, and the later order takes the place of the earlier: who holds
 * a target out while it is being admitted, after the look that comes before, loses it.
 */
function isLostAtOnce(
  { target, begunAt, at: heldAt }: Hold,
  deployments: Diary['deployments'],
): boolean {
  return deployments.some(({ events }) =>
    events.some(({ at, event }, number) => {
      if (event.type !== 'deployment.target_admitting' || event.target !== target) return false;
      const end = events
        .slice(number + 1)
        .find((later) => 'target' in later.event && later.event.target === target);
      return at <= heldAt && (end?.at ?? Number.POSITIVE_INFINITY) >= begunAt;
    }),
  );
}
