import { parseFlagRecord } from '../../contracts/values/flag-record.js';
import { type EnvironmentName, serviceName } from '../../domain/model/ids.js';
import { ok, type Result } from '../../domain/model/result.js';
import type { FlagFailure, FlagKeeper, KeptFlag } from '../../domain/ports/flag-store.js';
import type { RedisClient } from '../redis/connection/connection.js';
import { type FlagKeys, keysOf } from '../redis/connection/keys.js';
import { Script } from '../redis/connection/load-scripts.js';
import { type FlagPlace, MOST_CHANGES, reply } from './flag-store.redis.js';

const REPLACE_FLAG = new Script('replace-flag.lua');

/** The flags of one environment in Redis. What can't be read is none of ours. */
export class RedisFlagKeeper implements FlagKeeper {
  readonly place = 'Redis';
  readonly #redis: RedisClient;
  readonly #environment: EnvironmentName;
  readonly #keys: FlagKeys;

  constructor(redis: RedisClient, { namespace, environment }: FlagPlace) {
    this.#redis = redis;
    this.#environment = environment;
    this.#keys = keysOf(namespace).flags(environment);
  }

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
