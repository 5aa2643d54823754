import type { Diary } from './diary.js';

/** Moments at which a target was not held out any more, and no person had given it back. */
export function handFaults({ samples, deeds }: Diary): readonly string[] {
  return deeds.flatMap((deed) => {
    if (deed.kind !== 'maint') return [];
    const { balancer, target, at: from } = deed;
    // A balancer that forgets has lost it: nobody holds it out any more.
    const lost = deeds.flatMap((other) =>
      other.kind === 'restart' && other.balancer === balancer && other.until > from && other.forgets
        ? [other.begunAt]
        : [],
    );
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
