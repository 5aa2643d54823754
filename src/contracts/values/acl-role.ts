/**
 * Who connects to Redis, and as what.
 *
 * | role       | may                                                                                      |
 * |------------|------------------------------------------------------------------------------------------|
 * | publisher  | add jobs of its own to the four queues and ask what became of them                       |
 * | worker     | take jobs, carry deployments, releases and promotions out, set flags; not freeze         |
 * | subscriber | read the stream of events, and deployments, services and history                         |
 * | flags      | read feature flags: the OpenFeature provider in an application                           |
 * | board      | read queues and state: the server with its pages and a read-only Bull Board              |
 * | auditor    | read as the board does, and look through the names of all keys: the audit                |
 * | admin      | publish, read, and write transitions, freezes, releases and promotions: the command line |
 */
export const ACL_ROLES = [
  'publisher',
  'worker',
  'subscriber',
  'flags',
  'board',
  'auditor',
  'admin',
] as const;

export type AclRole = (typeof ACL_ROLES)[number];
