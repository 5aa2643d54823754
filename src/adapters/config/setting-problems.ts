import type { Config } from '../../contracts/config/config.schema.js';
import type { Problem } from '../../contracts/problems/problems-of.js';
import { createDriver } from '../drivers/driver-registry.js';
import { createProbe } from '../probes/probe-registry.js';
import { createRouter } from '../routers/router-registry.js';

type Service = Config['services'][string];
type Settings = Pick<Service, 'driver' | 'router' | 'checks'>;

/** Drivers, routers and checks that could never work: a placeholder in them has no value there. */
export const settingProblems = ({ services }: Config): readonly Problem[] =>
  Object.entries(services).flatMap(([name, service]) => [
    ...problemsIn(service, ['services', name]),
    ...Object.entries(service.environments).flatMap(([environment, here]) =>
      problemsIn(here, ['services', name, 'environments', environment]),
    ),
  ]);

function problemsIn(
  { driver, router, checks = [] }: Settings,
  path: readonly string[],
): readonly Problem[] {
  return [
    // Made only to be looked at: without a worker's id a driver leaves nothing behind.
    ...refused([...path, 'driver'], () => driver && createDriver(driver, { stateDir: '.' })),
    ...refused([...path, 'router'], () => router && createRouter(router)),
    ...checks.flatMap((check, at) => refused([...path, 'checks', at], () => createProbe(check))),
  ];
}

function refused(path: Problem['path'], make: () => unknown): readonly Problem[] {
  try {
    make();
    return [];
  } catch (error) {
    if (error instanceof TypeError) return [{ path, at: 'value', message: error.message }];
    throw error;
  }
}
