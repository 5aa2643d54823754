import { partitionPrefix } from '../../contracts/namespace.js';
import {
  type DeploymentId,
  type EnvironmentName,
  type ServiceRef,
  serviceKey,
} from '../../domain/ids.js';

/**
 * Every key of ours in Redis. All keys of a partition share one hash tag, the
 * prefix of its BullMQ queues included, so that a script may touch them
 * together on a Redis Cluster. Owner of all of them: the scripts in
 * `scripts/`; nothing else writes.
 *
 * | key                         | type   | holds                                                      | lives                        |
 * |-----------------------------|--------|------------------------------------------------------------|------------------------------|
 * | deployment:<id>             | hash   | head, state, status, rev, run, fence, lease, op            | with its deployment          |
 * | deployment:<id>:targets     | hash   | target → progress, touched targets only                    | with its deployment          |
 * | deployment:<id>:events      | list   | its events, the n-th is number n                           | with its deployment          |
 * | service:<e/s>               | hash   | holder of the slot, last fence, counter of the line        | for ever                     |
 * | service:<e/s>:line          | zset   | deployments waiting for the slot, by arrival               | while they wait              |
 * | service:<e/s>:stack         | list   | good deployments, newest first, at most 50                 | for ever                     |
 * | service:<e/s>:targets       | hash   | target → last known version and health                     | for ever                     |
 * | service:<e/s>:history       | zset   | its deployments by creation                                | with them                    |
 * | counters                    | hash   | deployments per status; `sequence` of the last event       | for ever                     |
 * | active                      | hash   | e/s → active deployment                                    | for ever                     |
 * | events                      | stream | all events, id `<sequence>-0`, newest 1,000,000 or so      | trimmed                      |
 * | history                     | zset   | all deployments by creation                                | with them                    |
 * | open                        | zset   | deployments not ended, by creation                         | while open                   |
 * | due                         | zset   | work owed, by when somebody should look after it           | while owed                   |
 * | ended                       | string | the deployment that ended last                             | for ever                     |
 * | leader                      | string | the worker that rescues                                    | seconds                      |
 * | flags:<e>                   | hash   | flag → record, as JSON                                     | until it is taken away       |
 * | flags:<e>:ledger            | hash   | `revision`; `fence:<service>` → newest fence seen          | for ever                     |
 * | flags:<e>:changes           | stream | flag, percent, revision: wakes those who follow            | newest 1,000 or so           |
 */
export interface Keys {
  readonly prefix: string;
  readonly counters: string;
  readonly active: string;
  readonly events: string;
  readonly history: string;
  readonly open: string;
  readonly due: string;
  readonly ended: string;
  readonly leader: string;
  deployment(id: DeploymentId): DeploymentKeys;
  service(ref: ServiceRef): ServiceKeys;
  flags(environment: EnvironmentName): FlagKeys;
}

export interface DeploymentKeys {
  readonly record: string;
  readonly targets: string;
  readonly events: string;
}

export interface ServiceKeys {
  readonly record: string;
  readonly line: string;
  readonly stack: string;
  readonly targets: string;
  readonly history: string;
}

export interface FlagKeys {
  readonly records: string;
  readonly ledger: string;
  readonly changes: string;
}

export function keysOf(namespace: string): Keys {
  const prefix = partitionPrefix(namespace);
  return {
    prefix,
    counters: `${prefix}:counters`,
    active: `${prefix}:active`,
    events: `${prefix}:events`,
    history: `${prefix}:history`,
    open: `${prefix}:open`,
    due: `${prefix}:due`,
    ended: `${prefix}:ended`,
    leader: `${prefix}:leader`,
    deployment: (id) => {
      const record = `${prefix}:deployment:${id}`;
      return { record, targets: `${record}:targets`, events: `${record}:events` };
    },
    service: (ref) => {
      const record = `${prefix}:service:${serviceKey(ref)}`;
      return {
        record,
        line: `${record}:line`,
        stack: `${record}:stack`,
        targets: `${record}:targets`,
        history: `${record}:history`,
      };
    },
    flags: (environment) => {
      const records = `${prefix}:flags:${environment}`;
      return { records, ledger: `${records}:ledger`, changes: `${records}:changes` };
    },
  };
}
