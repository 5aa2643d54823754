import { createHash } from 'node:crypto';
import { partitionPrefix } from '../../../contracts/values/namespace.js';
import {
  type DeploymentId,
  type EnvironmentName,
  type ServiceRef,
  serviceKey,
} from '../../../domain/model/ids.js';
import type { JobRef } from '../../../domain/ports/job-acceptances.js';
import type { PromotionId } from '../../../domain/promotion/promotion.js';
import type { ReleaseId } from '../../../domain/release/release-id.js';

/**
 * Every key of ours in Redis. All keys of a partition share one hash tag, the
 * prefix of its BullMQ queues included, so that a script may touch them
 * together on a Redis Cluster. Owner of all of them: the scripts in
 * `scripts/`; nothing else writes.
 *
 * | key                         | type   | holds                                                      | lives                        |
 * |-----------------------------|--------|------------------------------------------------------------|------------------------------|
 * | deployment:<id>             | hash   | head, state, status, rev, run, fence, lease; the last op   | until retention lets it go   |
 * |                             |        | and the service's revision that it left                    |                              |
 * | deployment:<id>:targets     | hash   | target → progress, touched targets only                    | with its deployment          |
 * | deployment:<id>:events      | list   | its events, the n-th is number n                           | with its deployment          |
 * | deployment:<id>:output      | hash   | `call:<call>` → what is known of its output, `newest:<target>`  | with its deployment     |
 * |                             |        | → newest fence, `bytes` of all, `revision`                 |                              |
 * | deployment:<id>:output:<call> | list | pieces of a call's output: number, time, lines             | with its deployment          |
 * | service:<e/s>               | hash   | holder, claimant, last fence, counter of the line,         | for ever                     |
 * |                             |        | `automationHold`; `rev`: grows with every write to stable,  |                              |
 * |                             |        | targets or active entry, and such a write names it;        |                              |
 * |                             |        | `catchUp`, `catchUpUntil`: who brings balancers up, for how long |                        |
 * | service:<e/s>:line          | zset   | deployments waiting for the slot, by arrival               | while they wait              |
 * | service:<e/s>:stable         | list   | stable versions and what each declared, newest first, 50   | for ever                     |
 * | service:<e/s>:takenBack     | list   | stable versions that were taken back, newest first, 50     | for ever                     |
 * | service:<e/s>:targets       | hash   | target → its status; those that were ever called or moved  | for ever                     |
 * | service:<e/s>:history       | zset   | its deployments by creation                                | with them                    |
 * | counters                    | hash   | deployments per status; `sequence` of the last event;      | for ever                     |
 * |                             |        | `recounts:<status>`: how often a repair corrected it       |                              |
 * | active                      | hash   | e/s → active deployment                                    | for ever                     |
 * | events                      | stream | all events, id `<sequence>-0`, newest 1,000,000 or so      | trimmed                      |
 * | history                     | zset   | all deployments by creation                                | with them                    |
 * | open                        | zset   | deployments not ended, by creation                         | while open                   |
 * | due                         | zset   | work owed, by when somebody should look after it           | while owed                   |
 * | ended                       | string | the deployment that ended last                             | for ever                     |
 * | leader                      | string | the worker that rescues                                    | seconds                      |
 * | format                      | string | number of the format that all records are written in       | for ever                     |
 * | freezes                     | hash   | id → freeze                                                | until lifted or over         |
 * | freezes:log                 | list   | who froze, lifted and released what, newest first, 1,000   | trimmed                      |
 * | sessions                    | hash   | id → who is signed in with a browser, as JSON               | until they end or are ended  |
 * | sessions:ends               | zset   | ids by their end                                           | with them                    |
 * | repairs:log                 | list   | what was repaired, by whom and why, newest first, 1,000      | trimmed                      |
 * | flags:<e>                   | hash   | flag → record, as JSON                                     | until it is taken away       |
 * | flags:<e>:ledger            | hash   | `revision`; newest `fence:<service>`; last `set:<flag>`    | for ever                     |
 * | flags:<e>:changes           | stream | flag, percent, revision: wakes those who follow            | newest 1,000 or so           |
 * | release:<id>                | hash   | digest, rev, op, body: the release as JSON                 | for ever                     |
 * | releases                    | zset   | all releases by creation                                   | with them                    |
 * | releases:due                | zset   | open releases by when somebody should look                 | while open                   |
 * | releases:members            | hash   | deployment → the open release it belongs to                | while open                   |
 * | promotion:<id>              | hash   | rev, op, body: the promotion as JSON                       | for ever                     |
 * | promotions                  | zset   | all promotions by creation                                 | with them                    |
 * | promotions:open             | zset   | those something may still become of, by creation           | while open                   |
 * | promotions:due              | zset   | those that move by themselves, by when to look             | while they move              |
 * | promotions:cursor           | hash   | `after`: the last event that was followed; op              | for ever                     |
 * | service:<e/s>:promotions    | set    | open promotions that begin here                            | while open                   |
 * | trimmed:counters            | hash   | deployments pruned, by the status they had; `counters` go on counting them | for ever   |
 * | trimmed:lately              | zset   | deployments pruned, by creation, the newest 10,000         | trimmed                      |
 * | handed                      | zset   | inboxes that jobs may wait in, `<queue>\|<e/s>`, by their end | while they do             |
 * | handed:<inbox>              | zset   | jobs handed on to whoever is configured for it, by arrival | until taken, at most 10 min  |
 * | workers                     | hash   | worker → its record: host, version, since when, what it knows | 30 days after it was seen |
 * | workers:seen                | zset   | workers by their last sign of life                         | with them                    |
 * | workers:knowledge           | hash   | digest → services known, by fingerprint, as JSON           | 30 days after it was said    |
 * | workers:outlines            | hash   | fingerprint → the configuration without secrets, as JSON   | 30 days after it was said    |
 * | workers:said                | zset   | `k<digest>`, `o<fingerprint>` by when they were last said  | with them                    |
 * | places:<s>                  | hash   | environment → the deployment that works on the service     | while it does                |
 * |                             |        | there, and its places as JSON                              |                              |
 * | signed:job:<queue>:<hash>   | string | digests of what was accepted of a signed job               | 30 days, then 1 min          |
 * | signed:nonce:<hash>         | string | `1`: a publisher's nonce was used                          | as long as it counts         |
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
  readonly format: string;
  readonly freezes: string;
  readonly freezeLog: string;
  readonly repairLog: string;
  readonly sessions: SessionKeys;
  readonly releases: ReleaseKeys;
  readonly promotions: PromotionKeys;
  readonly trimmed: TrimmedKeys;
  readonly workers: WorkerKeys;
  readonly handed: string;
  inbox(name: string): string;
  deployment(id: DeploymentId): DeploymentKeys;
  callOutput(id: DeploymentId, call: string): string;
  service(ref: ServiceRef): ServiceKeys;
  release(id: ReleaseId): string;
  promotion(id: PromotionId): string;
  acceptance(job: JobRef): string;
  nonce(publisher: string, nonce: string): string;
  flags(environment: EnvironmentName): FlagKeys;
}

export interface DeploymentKeys {
  readonly record: string;
  readonly targets: string;
  readonly events: string;
  readonly output: string;
}

export interface ServiceKeys {
  readonly record: string;
  readonly line: string;
  readonly stable: string;
  readonly takenBack: string;
  readonly targets: string;
  readonly history: string;
  readonly promotions: string;
}

export interface ReleaseKeys {
  readonly all: string;
  readonly due: string;
  readonly members: string;
}

export interface PromotionKeys {
  readonly all: string;
  readonly open: string;
  readonly due: string;
  readonly cursor: string;
}

export interface TrimmedKeys {
  readonly counters: string;
  readonly lately: string;
}

export interface WorkerKeys {
  readonly all: string;
  readonly seen: string;
  readonly knowledge: string;
  readonly outlines: string;
  readonly said: string;
}

export interface SessionKeys {
  readonly all: string;
  readonly ends: string;
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
    format: `${prefix}:format`,
    freezes: `${prefix}:freezes`,
    freezeLog: `${prefix}:freezes:log`,
    repairLog: `${prefix}:repairs:log`,
    sessions: { all: `${prefix}:sessions`, ends: `${prefix}:sessions:ends` },
    releases: {
      all: `${prefix}:releases`,
      due: `${prefix}:releases:due`,
      members: `${prefix}:releases:members`,
    },
    promotions: {
      all: `${prefix}:promotions`,
      open: `${prefix}:promotions:open`,
      due: `${prefix}:promotions:due`,
      cursor: `${prefix}:promotions:cursor`,
    },
    trimmed: { counters: `${prefix}:trimmed:counters`, lately: `${prefix}:trimmed:lately` },
    workers: workerKeys(`${prefix}:workers`),
    handed: `${prefix}:handed`,
    inbox: (name) => `${prefix}:handed:${name}`,
    deployment: (id) => deploymentKeys(`${prefix}:deployment:${id}`),
    callOutput: (id, call) => `${prefix}:deployment:${id}:output:${call}`,
    service: (ref) => {
      const record = `${prefix}:service:${serviceKey(ref)}`;
      return {
        record,
        line: `${record}:line`,
        ...{ stable: `${record}:stable`, takenBack: `${record}:takenBack` },
        targets: `${record}:targets`,
        history: `${record}:history`,
        promotions: `${record}:promotions`,
      };
    },
    release: (id) => `${prefix}:release:${id}`,
    promotion: (id) => `${prefix}:promotion:${id}`,
    acceptance: (job) => acceptanceOf(prefix, job),
    nonce: (publisher, nonce) => `${prefix}:signed:nonce:${hashOf(`${publisher}\n${nonce}`)}`,
    flags: (environment) => flagsOf(prefix, environment),
  };
}

const workerKeys = (all: string): WorkerKeys => ({
  all,
  seen: `${all}:seen`,
  knowledge: `${all}:knowledge`,
  outlines: `${all}:outlines`,
  said: `${all}:said`,
});

const acceptanceOf = (prefix: string, { queue, jobId, publishedAt }: JobRef): string =>
  `${prefix}:signed:job:${queue}:${hashOf(`${jobId}\n${publishedAt}`)}`;

function flagsOf(prefix: string, environment: EnvironmentName): FlagKeys {
  const records = `${prefix}:flags:${environment}`;
  return { records, ledger: `${records}:ledger`, changes: `${records}:changes` };
}

const deploymentKeys = (record: string): DeploymentKeys => ({
  record,
  targets: `${record}:targets`,
  events: `${record}:events`,
  output: `${record}:output`,
});

/** Of names that publishers choose, as long as they like. */
const hashOf = (name: string): string =>
  createHash('sha256').update(name).digest('base64url').slice(0, 32);
