import type { Config } from '../../contracts/config/config.schema.js';
import type { Problem } from '../../contracts/problems/problems-of.js';
import type { DeploymentWindow } from '../../domain/model/plan/window.js';
import { rruleCalendar } from '../calendar/rrule-calendar.js';

type Path = Problem['path'];

/** What is wrong with the windows of a configuration; none where all of them occur. */
export const windowProblems = (config: Config): readonly Problem[] =>
  windowsIn(config).flatMap(([path, window]) => {
    const wrong = rruleCalendar.check(window);
    if (wrong === null) return [];
    // `rrule: it never occurs`: the field, and what is wrong with it.
    const [, field = '', message = wrong] = /^(\w+): (.*)$/s.exec(wrong) ?? [];
    return [{ path: field === '' ? path : [...path, field], at: 'value', message }];
  });

const windowsIn = ({
  windows,
  services,
}: Config): readonly (readonly [Path, DeploymentWindow])[] => [
  ...numbered(['windows'], windows),
  ...Object.entries(services).flatMap(([name, { policy, environments }]) => [
    ...numbered(['services', name, 'policy', 'windows'], policy.windows),
    ...Object.entries(environments).flatMap(([environment, here]) =>
      numbered(
        ['services', name, 'environments', environment, 'policy', 'windows'],
        here.policy?.windows ?? [],
      ),
    ),
  ]),
];

const numbered = (
  path: Path,
  windows: readonly DeploymentWindow[],
): readonly (readonly [Path, DeploymentWindow])[] =>
  windows.map((window, at) => [[...path, at], window]);
