import type { Deployment } from '../model/deployment/deployment.js';
import { openCalls } from '../plan/left-behind.js';
import type { PlanCommand } from '../plan/machine/plan-command.js';
import { decide } from '../plan/machine/plan-machine.js';
import { wayBackOf } from '../model/deployment/takes-back.js';
import { isTerminal } from '../model/deployment/plan-state.js';
import type { Option } from './explanation.js';

/** What a person can do about a deployment now: asked of the machine itself. */
export function optionsFor(deployment: Deployment, overridable: boolean): readonly Option[] {
  const { id, service, environment, version, state, progress } = deployment;
  const able = (command: PlanCommand): boolean => {
    const decision = decide(deployment, command);
    return decision.ok && decision.value.length > 0;
  };
  const reason = 'asked for';
  const ended = isTerminal(state.status);
  const begun = !ended && !able({ type: 'cancel', reason });
  const again = ended && state.status !== 'completed';
  const choices: readonly (readonly [possible: boolean, command: string, does: string])[] = [
    [state.status === 'draft', `approve ${id}`, 'lets it be carried out'],
    [able({ type: 'promote', by: 'a person', all: false }), `promote ${id}`, 'goes past this step'],
    [able({ type: 'resume' }), `resume ${id}`, 'lets it go on'],
    [able({ type: 'retry', by: 'a person' }), `retry ${id}`, 'goes on where it stopped'],
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
      ended && able({ type: 'rollback', reason }),
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
