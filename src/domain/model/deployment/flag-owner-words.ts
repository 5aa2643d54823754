/** Why a flag of another service is not set, and how to go on. */
export const flagOwnerWords = (flag: string, owner: string): string =>
  `the flag ${flag} belongs to ${owner}. Name another flag. If the service was renamed, hand the flag over: \`signalbox flags --hand-over ${flag} --to <service>\``;
