import { didYouMean } from './near-miss.js';

/** Why nothing is done for a service in an environment that it does not have, and which it has. */
export const unknownEnvironment = (
  { service, environment }: { readonly service: string; readonly environment: string },
  known: readonly string[],
): string =>
  `${service} has no environment ${environment}${didYouMean(environment, known)}: configured are ${known.join(', ')}`;
