import type { DeploymentWindow } from '../../src/domain/model/plan/window.js';

export const HOUR = 3_600_000;

export function aWindow(rrule: string, rest: Partial<DeploymentWindow> = {}): DeploymentWindow {
  return {
    kind: 'allow',
    rrule,
    start: '1970-01-01T00:00',
    duration: HOUR,
    timeZone: 'Europe/Berlin',
    reason: 'a test',
    ...rest,
  };
}
