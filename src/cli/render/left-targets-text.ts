import type { LeftTarget } from '../../domain/audit/left-targets.js';
import { type ServiceRef, serviceKey } from '../../domain/model/ids.js';
import { listed } from '../../domain/plan/listed.js';
import { runningWords } from '../../domain/plan/removed-words.js';

/** What is there of a service beside what is configured, and what a person can do about it. */
export interface LeftText {
  readonly text: string;
  readonly advice: string;
}

/**
 * `production/api: web-2 (127.0.0.1:8082, runs 1.4.0) left the configuration and was not removed`,
 * and of each that is elsewhere now where it was.
 */
export function leftTexts(ref: ServiceRef, targets: readonly LeftTarget[]): readonly LeftText[] {
  const left = targets.filter(({ moved }) => moved === undefined);
  const moved = targets.filter((each) => each.moved === true);
  return [
    ...(left.length === 0 ? [] : [leftText(ref, left)]),
    ...moved.map((each) => movedText(ref, each)),
  ];
}

function leftText(ref: ServiceRef, targets: readonly LeftTarget[]): LeftText {
  const named = targets.map(({ target: id, address, version }) =>
    runningWords({ target: { id, address: address ?? '' }, version }),
  );
  const were = targets.length === 1 ? 'was' : 'were';
  return {
    text: `${serviceKey(ref)}: ${listed(named)} left the configuration and ${were} not removed`,
    advice: 'deploy with removedTargets: retire, or configure them again',
  };
}

function movedText(ref: ServiceRef, { target, address, driver, version }: LeftTarget): LeftText {
  const { service, environment } = ref;
  const what = version ?? 'an unknown version';
  return {
    text: `${serviceKey(ref)}: ${target} was at ${address ?? 'another place'} (${driver ?? 'unknown'} driver), where ${what} may still run`,
    advice: `stop it there, then say what runs on the target now: signalbox repair --target ${service} ${environment} ${target} --version …`,
  };
}
