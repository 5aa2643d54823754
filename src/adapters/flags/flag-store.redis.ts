import { createHash } from 'node:crypto';
import { parseFlagRecord } from '../../contracts/values/flag-record.js';
import {
  type EnvironmentName,
  serviceKey,
  serviceName,
  type Version,
} from '../../domain/model/ids.js';
import type { Evidence } from '../../domain/model/target.js';
import type { FlagCall, FlagFailure, FlagState, FlagStore } from '../../domain/ports/flag-store.js';
import type { FlagKeeper, KeptFlag } from '../../domain/ports/flag-store.js';
import { ok, type Result } from '../../domain/model/result.js';
import { interruption } from '../drivers/process/interruption.js';
import { changed } from './left-alone.js';
import { aborted, fenced, foreign, refusalOf, rejected, unreachable } from './flag-failure.js';
import type { RedisClient } from '../redis/connection/connection.js';
import { type FlagKeys, keysOf } from '../redis/connection/keys.js';
import { Script } from '../redis/connection/load-scripts.js';

const SET_FLAG = new Script('set-flag.lua');
const REPLACE_FLAG = new Script('replace-flag.lua');
const MOST_CHANGES = 1_000;
/** Connections wait for Redis for as long as it takes; a step does not. */
const TIMEOUT_MS = 5_000;

export interface FlagPlace {
  readonly namespace: string;
  /** Applications read the flags of one environment, so two may use the same names. */
  readonly environment: EnvironmentName;
}

/** The flags of one environment in Redis, as `signalbox/openfeature` reads them. */
export class RedisFlagStore implements FlagStore, FlagKeeper {
  readonly kind = 'redis';
  readonly place = 'Redis';
  readonly #redis: RedisClient;
  readonly #environment: EnvironmentName;
  readonly #keys: FlagKeys;

  constructor(redis: RedisClient, { namespace, environment }: FlagPlace) {
    this.#redis = redis;
    this.#environment = environment;
    this.#keys = keysOf(namespace).flags(environment);
  }

  async read(flag: string, signal: AbortSignal): Promise<Result<FlagState | null, FlagFailure>> {
    const refusal = refusalOf(flag, null, signal);
    if (refusal) return refusal;
    const answer = await reply(flag, signal, () => this.#redis.hget(this.#keys.records, flag));
    if (!answer.ok) return answer;
    if (answer.value === null) return ok(null);
    const record = parseFlagRecord(answer.value);
    // What somebody broke is shown to nobody.
    const { percent = 0, version = null } = record ?? {};
    const owner = record && `${this.#environment}/${record.service}`;
    const mark = markOf(answer.value);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
    const shown = version as Version | null;
    return ok({ flag, percent, version: shown, mark, ...(owner !== null && { owner }) });
  }

  async set(
    call: FlagCall,
    flag: string,
    percent: number | null,
    signal: AbortSignal,
  ): Promise<Result<Evidence, FlagFailure>> {
    const refusal = refusalOf(flag, percent, signal);
    if (refusal) return refusal;
    const { service, environment, version, deploymentId, fence } = call;
    if (environment !== this.#environment) {
      return rejected(`${serviceKey(call)} has no flags in the ${this.#environment} environment`);
    }
    const { records, ledger, changes } = this.#keys;
    const record = { percent, version, service, environment, deploymentId, fence };
    const answer = await reply(flag, signal, () =>
      SET_FLAG.run(
        this.#redis,
        [records, ledger, changes],
        // prettier-ignore
        [flag, percent ?? '', service, version, deploymentId, fence, JSON.stringify(record), MOST_CHANGES, call.wrote ?? '', call.overwrites ?? ''],
      ),
    );
    if (!answer.ok) return answer;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the script's header says it returns
    const [word, detail, mark = '', last = ''] = answer.value as Reply;
    if (word === 'FENCED') return fenced(flag, fence, Number(detail));
    if (word === 'FOREIGN') return foreign(flag, `${environment}/${detail}`);
    if (word === 'CHANGED') {
      return changed(flag, { mark: String(detail), found: foundIn(mark, last) });
    }
    const evidence = { store: this.kind, flag, percent, version, mark };
    return ok({ ...evidence, changed: word === 'SET', revision: Number(detail) });
  }

  /** What can't be read is none of ours. */
  async list(signal: AbortSignal): Promise<Result<readonly KeptFlag[], FlagFailure>> {
    const all = await reply('flags', signal, () => this.#redis.hgetall(this.#keys.records));
    if (!all.ok) return all;
    const flags = Object.entries(all.value).flatMap(([flag, mark]) => {
      const record = parseFlagRecord(mark);
      if (record === null) return [];
      const { percent, version, deploymentId, changedAt: since } = record;
      const owner = { service: serviceName(record.service), environment: this.#environment };
      return [{ flag, percent, version, deploymentId, since, ...owner, mark }];
    });
    return ok(flags);
  }

  async give(
    { flag, percent, mark }: KeptFlag,
    to: KeptFlag['service'] | null,
    signal: AbortSignal,
  ): Promise<Result<boolean, FlagFailure>> {
    const { records, ledger, changes } = this.#keys;
    const record: unknown = JSON.parse(mark);
    const next = to === null ? '' : JSON.stringify({ ...Object(record), service: to });
    const said = to === null ? '' : percent;
    const answer = await reply(flag, signal, () =>
      REPLACE_FLAG.run(
        this.#redis,
        [records, ledger, changes],
        [flag, mark, next, said, MOST_CHANGES],
      ),
    );
    return answer.ok ? ok(answer.value === 1) : answer;
  }
}

const fieldsOf = (record: string): Readonly<Record<string, unknown>> =>
  Object(JSON.parse(record || '{}'));

type Reply = readonly [word: string, detail: string | number, mark?: string, last?: string];

/** As the script makes it. */
const markOf = (record: string): string => createHash('sha1').update(record).digest('hex');

/** @param last the record that was set last; empty where that is not known */
function foundIn(record: string, last: string): string {
  if (record === '') return 'deleted';
  const [now, set] = [parseFlagRecord(record), parseFlagRecord(last)];
  if (now === null) return 'no flag any more: its record in Redis is not readable';
  if (now.percent !== set?.percent) return `at ${now.percent}%`;
  const [fields, before] = [fieldsOf(record), fieldsOf(last)];
  const names = Object.keys({ ...before, ...fields });
  const others = names.filter((name) => fields[name] !== before[name]);
  return `at ${now.percent}%, and changed in ${others.join(', ') || 'its text'}`;
}

/** What may pass: a Redis that loads, fails over or has no memory left at the moment. */
const PASSING = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|NOREPLICAS|MISCONF)\b/;

/** What Redis answers in time, or how that failed. */
async function reply<T>(
  flag: string,
  signal: AbortSignal,
  ask: () => Promise<T>,
): Promise<Result<T, FlagFailure>> {
  const { came, forget } = interruption(signal, TIMEOUT_MS);
  try {
    const cut = came.then((what) => ({ what }));
    const first = await Promise.race([ask().then((value) => ({ value })), cut]);
    if ('value' in first) return ok(first.value);
    return first.what === 'aborted'
      ? aborted(flag)
      : unreachable(
          `Redis did not answer within ${TIMEOUT_MS} ms: whether ${flag} was set is open`,
        );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof Error) || error.name !== 'ReplyError') {
      return unreachable(`Redis went away while ${flag} was asked for: ${message}`);
    }
    return rejected(`Redis refused ${flag}: ${message}`, { transient: PASSING.test(message) });
  } finally {
    forget();
  }
}
