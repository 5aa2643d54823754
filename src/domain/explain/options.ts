import { openCalls } from '../plan/left-behind.js';
import type { PlanCommand } from '../plan/machine/plan-command.js';
import { decide } from '../plan/machine/plan-machine.js';
import { wayBackOf } from '../model/deployment/takes-back.js';
import { isTerminal } from '../model/deployment/plan-state.js';
import { isOlder, notRetried, notRolledBack } from '../plan/outdated.js';
import type { ExplainInput, Option } from './explanation.js';

/** What a person can do about a deployment now: asked of the machine itself, and of what its service has by now. */
export function optionsFor(input: ExplainInput, overridable: boolean): readonly Option[] {
  const { deployment, service: now, active } = input;
  const { id, service, environment, version, state, progress } = deployment;
  const able = (command: PlanCommand): boolean => {
    const decision = decide(deployment, command);
    return decision.ok && decision.value.length > 0;
  };
  const reason = 'asked for';
  const ended = isTerminal(state.status);
  const begun = !ended && !able({ type: 'cancel', reason });
  const older = isOlder(deployment, active);
  const retriable = now === undefined || notRetried(deployment, now) === null;
  const takenBack = now === undefined || notRolledBack(deployment, now) === null;
  const again = ended && state.status !== 'completed';
  const choices: readonly (readonly [possible: boolean, command: string, does: string])[] = [
    [state.status === 'draft' && !older, `approve ${id}`, 'lets it be carried out'],
    [older, `approve ${id} --older`, `puts it over the newer ${active?.version}`],
    [able({ type: 'promote', by: 'a person', all: false }), `promote ${id}`, 'goes past this step'],
    [able({ type: 'resume' }), `resume ${id}`, 'lets it go on'],
    [
      able({ type: 'retry', by: 'a person' }) && retriable,
      `retry ${id}`,
      'goes on where it stopped',
    ],
    [overridable, `override ${id} --reason …`, 'goes through windows and freezes'],
    [able({ type: 'pause', reason }), `pause ${id} --reason …`, 'begins nothing more for now'],
    [
      begun && able({ type: 'abort', reason }),
      `abort ${id} --reason …`,
      `stops it and puts ${wayBackOf(deployment).previous?.version ?? 'nothing'} back`,
    ],
    [
      begun && able({ type: 'halt', reason }),
      `abort ${id} --no-rollback --reason …`,
      'stops it and leaves everything as it is',
    ],
    [
      begun && (openCalls(deployment).length > 0 || progress.traffic?.settled === false),
      `abort ${id} --force --reason …`,
      'ends it at once, whatever hangs',
    ],
    [able({ type: 'cancel', reason }), `reject ${id} --reason …`, 'cancels it'],
    [
      ended && able({ type: 'rollback', reason }) && takenBack,
      `rollback --deployment ${id}`,
      `puts ${wayBackOf(deployment).previous?.version ?? 'nothing'} back`,
    ],
    [
      again,
      `deploy ${service} ${version} --environment ${environment}`,
      'tries the version again from the start',
    ],
  ];
  return choices
    .filter(([possible]) => possible)
    .map(([, command, does]) => ({ command: `signalbox ${command}`, does }));
}
