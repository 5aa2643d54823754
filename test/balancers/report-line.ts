import type { Report } from './run-case.js';

/** What was drawn and done, in a line for people who read the run. */
export function reportLine({ drawn, requests, failed, diary }: Report): string {
  const { seed, balancer, sizes, targets, stateFile } = drawn;
  const many = `${targets.length} targets sized by ${sizes.by}`;
  const names = diary.deployments.map(
    ({ name, floor, events }) => `${name} floor ${floor} in ${secondsOf(events)} s`,
  );
  const deeds = diary.deeds.map((deed) =>
    deed.kind === 'maint' ? `maint ${deed.target}` : `${deed.how}${deed.forgets ? ' forgets' : ''}`,
  );
  return `seed ${seed}: ${balancer}${stateFile ? ' with a state file' : ''}, ${many}; ${names.join(', ')}; ${deeds.join(', ')}; ${requests} requests, ${failed} failed`;
}

function secondsOf(events: readonly { readonly at: number }[]): string {
  const [first, last] = [events[0], events.at(-1)];
  return (((last?.at ?? 0) - (first?.at ?? 0)) / 1_000).toFixed(1);
}
