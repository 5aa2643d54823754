import type { MovedTarget, RemovedTarget } from '../model/plan/removed-target.js';
import { listed } from './listed.js';

type Running = Pick<RemovedTarget, 'version'> & {
  readonly target: Pick<RemovedTarget['target'], 'id' | 'address'>;
};

/** `web-2 (127.0.0.1:8082, runs 1.4.0)` */
export function runningWords({ target: { id, address }, version }: Running): string {
  const runs = version === null ? 'runs an unknown version' : `runs ${version}`;
  return `${id} (${address === '' ? '' : `${address}, `}${runs})`;
}

/** `web-1 (was at 127.0.0.1:8081, runs 1.4.0)` */
const leftWords = ({ target, from, version }: MovedTarget): string =>
  runningWords({ target: { id: target, address: `was at ${from}` }, version });

/** Why a plan is refused that would leave, or remove, any of these; `null` where it would not. */
export function refusedWords(
  removed: readonly RemovedTarget[],
  moved: readonly MovedTarget[],
): string | null {
  const left = moved.filter(({ reason }) => reason !== null);
  const said = [
    ...(removed.length > 0
      ? [
          `${listed(removed.map(runningWords))} left the configuration: configure ${removed.length === 1 ? 'it' : 'them'} again`,
        ]
      : []),
    ...(left.length > 0
      ? [`${listed(left.map(leftWords))} would stay where it was: stop it there`]
      : []),
  ];
  return said.length === 0 ? null : `${said.join('; ')}, or set removedTargets to retire or leave`;
}

/** `web-1 moved from 127.0.0.1:8081 to 127.0.0.1:9081: what runs there is ended when it is deployed to` */
export function movedNote({ target, from, to, version, reason }: MovedTarget): string {
  const what = version === null ? 'what runs there' : `${version}, which runs there,`;
  const then = reason === null ? 'is ended when it is deployed to' : `stays: ${reason}`;
  return from === to
    ? `${target} has another driver: ${what} ${then}`
    : `${target} moved from ${from} to ${to}: ${what} ${then}`;
}
