import type { Config } from '../../contracts/config/config.schema.js';
import type { DeploymentWindow } from '../../domain/model/plan/window.js';
import { rruleCalendar } from '../calendar/rrule-calendar.js';

/** What is wrong with a window of the configuration, behind its path; `null` where all of them occur. */
export function windowRefusal(config: Config): string | null {
  for (const [path, window] of windowsIn(config)) {
    const wrong = rruleCalendar.check(window);
    if (wrong !== null) return `${path}.${wrong}`;
  }
  return null;
}

function windowsIn({
  windows,
  services,
}: Config): readonly (readonly [string, DeploymentWindow])[] {
  return [
    ...numbered('windows', windows),
    ...Object.entries(services).flatMap(([name, { policy, environments }]) => [
      ...numbered(`services.${name}.policy.windows`, policy.windows),
      ...Object.entries(environments).flatMap(([environment, here]) =>
        numbered(
          `services.${name}.environments.${environment}.policy.windows`,
          here.policy?.windows ?? [],
        ),
      ),
    ]),
  ];
}

const numbered = (
  path: string,
  windows: readonly DeploymentWindow[],
): readonly (readonly [string, DeploymentWindow])[] =>
  windows.map((window, at) => [`${path}.${at}`, window]);
