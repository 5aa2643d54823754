import type { DriverSpec } from '../../contracts/config/driver.schema.js';
import type { TargetDriver } from '../../domain/ports/target-driver.js';
import { systemClock } from '../system/system-clock.js';
import { createCommandDriver } from './command/command.driver.js';
import type { DriverDependencies } from './process/driver-dependencies.js';
import { createLocalProcessDriver } from './local-process/local-process.driver.js';

type SpecOf<Kind extends DriverSpec['kind']> = Extract<DriverSpec, { kind: Kind }>;
type Drivers = {
  readonly [Kind in DriverSpec['kind']]: (
    spec: SpecOf<Kind>,
    dependencies: DriverDependencies,
  ) => TargetDriver;
};

const DRIVERS = {
  command: createCommandDriver,
  local_process: createLocalProcessDriver,
} satisfies Drivers;

export type DriverSurroundings = Pick<DriverDependencies, 'stateDir'> & Partial<DriverDependencies>;

/**
 * The driver that a configuration asks for.
 *
 * @throws TypeError for a configuration that no call can be carried out with
 */
export function createDriver(spec: DriverSpec, surroundings: DriverSurroundings): TargetDriver {
  const dependencies = { clock: systemClock, environment: process.env, ...surroundings };
  return create(DRIVERS, spec, dependencies);
}

function create<Kind extends DriverSpec['kind']>(
  drivers: Drivers,
  spec: SpecOf<Kind>,
  dependencies: DriverDependencies,
): TargetDriver {
  return drivers[spec.kind](spec, dependencies);
}
