import type { Config } from '../../contracts/config/config.schema.js';
import { DEFAULT_ENVIRONMENT } from '../../domain/model/ids.js';

type ServiceConfig = Config['services'][string];
type Environments = Pick<ServiceConfig, 'environments'>;

/** What is different there. */
export type EnvironmentSettings = ServiceConfig['environments'][string];

/** The environments that a service has, by what it says of each; `*` stands for all others, where it is named. */
export const environmentsOf = ({
  environments,
}: Environments): Readonly<Record<string, EnvironmentSettings>> =>
  // Without a word of it, production is as the service says, or as all others are.
  ANY in environments ? environments : { [DEFAULT_ENVIRONMENT]: {}, ...environments };

/** What is different in one of them; `null` where the service has no such environment. */
export function environmentOf(service: Environments, name: string): EnvironmentSettings | null {
  const all = environmentsOf(service);
  // A service may well have one that is named `constructor`: only what was written down counts.
  const found = [name, ANY].find((each) => Object.hasOwn(all, each));
  return found === undefined ? null : (all[found] ?? null);
}

/** Stands for every environment that is not named. */
export const ANY = '*';
