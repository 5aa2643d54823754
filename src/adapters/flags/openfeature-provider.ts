import {
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  type ResolutionDetails,
  StandardResolutionReasons,
} from '@openfeature/server-sdk';
import { isOn } from '../../contracts/values/flag-bucket.js';
import { type FlagRecord, parseFlagRecord } from '../../contracts/values/flag-record.js';
import { DEFAULT_NAMESPACE } from '../../contracts/values/namespace.js';
import { DEFAULT_ENVIRONMENT, environmentName } from '../../domain/model/ids.js';
import { systemClock } from '../system/system-clock.js';
import { type ConnectionInput, dedicatedConnection } from '../redis/connection/connection.js';
import { parseRedisUrl } from '../redis/connection/connection-url.js';
import { type FlagKeys, keysOf } from '../redis/connection/keys.js';
import { followFlags } from './follow-flags.js';

export interface ProviderOptions {
  /** `redis://…`, ioredis options, or a client of your own, which is duplicated: waiting blocks a connection. */
  readonly connection: ConnectionInput;
  readonly namespace?: string;
  /** The environment whose flags this application has; `production` where not given. */
  readonly environment?: string;
  /** How long `setProviderAndWait` waits for Redis before it reports an error, in milliseconds. */
  readonly initialWaitMs?: number;
}

/** What is known of one flag; the record is `null` where its text makes no sense. */
interface KnownFlag {
  readonly text: string;
  readonly record: FlagRecord | null;
}

type Phase = 'starting' | 'ready' | 'stale';

/**
 * Serves Signalbox' flags to an application through OpenFeature. Evaluates in
 * this process, from the last flags seen; follows changes as they are made; and
 * while Redis is away goes on with what it has, saying that it is stale.
 */
export class SignalboxProvider implements Provider {
  readonly metadata = { name: 'signalbox' } as const;
  readonly runsOn = 'server' as const;
  readonly events = new OpenFeatureEventEmitter();
  readonly #connection: ConnectionInput;
  readonly #namespace: string;
  readonly #keys: FlagKeys;
  readonly #initialWaitMs: number;
  #flags: ReadonlyMap<string, KnownFlag> | null = null;
  #phase: Phase = 'starting';
  #stop: () => Promise<void> = async () => {};

  /** @throws TypeError for a URL, a namespace or an environment that is none */
  constructor(options: ProviderOptions) {
    const { connection, namespace = DEFAULT_NAMESPACE, initialWaitMs = 5_000 } = options;
    if (typeof connection === 'string') parseRedisUrl(connection);
    this.#connection = connection;
    this.#namespace = namespace;
    this.#keys = keysOf(namespace).flags(
      environmentName(options.environment ?? DEFAULT_ENVIRONMENT),
    );
    this.#initialWaitMs = initialWaitMs;
  }

  /** Called by the SDK. Where Redis is away it fails, and the provider gets ready when Redis is back. */
  async initialize(): Promise<void> {
    void this.onClose();
    this.#phase = 'starting';
    const stop = new AbortController();
    const waited = new AbortController();
    let trouble = 'no answer yet';
    const lost = (reason: string): void => {
      trouble = reason;
      if (!stop.signal.aborted) this.#lost(reason);
    };
    const seen = (records: Readonly<Record<string, string>>): void => {
      if (stop.signal.aborted) return;
      this.#seen(records);
      waited.abort();
    };
    const connect = () => dedicatedConnection(this.#connection);
    const [namespace, keys] = [this.#namespace, this.#keys];
    const following = { connect, namespace, keys, clock: systemClock, signal: stop.signal };
    const ended = followFlags(following, { seen, lost });
    this.#stop = () => {
      stop.abort();
      waited.abort();
      return ended;
    };
    await systemClock.sleep(this.#initialWaitMs, waited.signal);
    if (stop.signal.aborted) throw new Error('closed before any flags were read');
    if (waited.signal.aborted) return;
    // From here on getting ready is news, and told as an event.
    this.#phase = 'stale';
    throw new Error(`no flags were read within ${this.#initialWaitMs} ms: ${trouble}`);
  }

  /** Called by the SDK when it is closed or given another provider. */
  async onClose(): Promise<void> {
    this.#flags = null;
    await this.#stop();
  }

  async resolveBooleanEvaluation(
    flagKey: string,
    defaultValue: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return this.#resolve(flagKey, defaultValue, context, (on) => on);
  }

  /** The version that a user who is on sees; the default for those who are off. */
  async resolveStringEvaluation(
    flagKey: string,
    defaultValue: string,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<string>> {
    return this.#resolve(flagKey, defaultValue, context, (on, { version }) =>
      on ? version : defaultValue,
    );
  }

  async resolveNumberEvaluation(
    flagKey: string,
    defaultValue: number,
  ): Promise<ResolutionDetails<number>> {
    return this.#mismatch(flagKey, defaultValue, 'a number');
  }

  async resolveObjectEvaluation<T extends JsonValue>(
    flagKey: string,
    defaultValue: T,
  ): Promise<ResolutionDetails<T>> {
    return this.#mismatch(flagKey, defaultValue, 'an object');
  }

  #resolve<T>(
    flag: string,
    defaultValue: T,
    { targetingKey }: EvaluationContext,
    valueOf: (on: boolean, record: FlagRecord) => T,
  ): ResolutionDetails<T> {
    const known = this.#known(flag);
    if (typeof known === 'string') return failed(defaultValue, known, flag);
    const { percent, version, deploymentId, service, environment, revision } = known;
    const on = isOn(flag, percent, targetingKey);
    return {
      value: valueOf(on, known),
      variant: on ? 'on' : 'off',
      reason:
        this.#phase === 'stale' ? StandardResolutionReasons.STALE : reasonOf(percent, targetingKey),
      flagMetadata: { percent, version, deploymentId, service, environment, revision },
    };
  }

  #mismatch<T>(flag: string, defaultValue: T, wanted: string): ResolutionDetails<T> {
    const known = this.#known(flag);
    if (typeof known === 'string') return failed(defaultValue, known, flag);
    return {
      ...failed(defaultValue, ErrorCode.TYPE_MISMATCH, flag),
      errorMessage: `${flag} is on or off, or names a version: it is never ${wanted}`,
    };
  }

  #known(flag: string): FlagRecord | ErrorCode {
    if (this.#flags === null) return ErrorCode.PROVIDER_NOT_READY;
    const known = this.#flags.get(flag);
    if (known === undefined) return ErrorCode.FLAG_NOT_FOUND;
    return known.record ?? ErrorCode.PARSE_ERROR;
  }

  #seen(records: Readonly<Record<string, string>>): void {
    const before = this.#flags;
    this.#flags = new Map(
      Object.entries(records).map(([flag, text]) => [flag, read(text, before?.get(flag))]),
    );
    const phase = this.#phase;
    this.#phase = 'ready';
    // The first time, the SDK tells of it by itself.
    if (phase === 'starting') return;
    if (phase === 'stale') this.events.emit(ProviderEvents.Ready);
    const flagsChanged = changedBetween(before ?? new Map(), this.#flags);
    if (flagsChanged.length > 0)
      this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged });
  }

  #lost(reason: string): void {
    if (this.#phase !== 'ready') return;
    this.#phase = 'stale';
    this.events.emit(ProviderEvents.Stale, { message: reason });
  }
}

/** For `OpenFeature.setProviderAndWait(createProvider({ connection }))`. */
export const createProvider = (options: ProviderOptions): SignalboxProvider =>
  new SignalboxProvider(options);

const MESSAGES: Partial<Record<ErrorCode, (flag: string) => string>> = {
  [ErrorCode.PROVIDER_NOT_READY]: () => 'no flags have been read yet',
  [ErrorCode.FLAG_NOT_FOUND]: (flag) => `there is no flag ${flag}`,
  [ErrorCode.PARSE_ERROR]: (flag) => `the record of ${flag} can't be read`,
};

function failed<T>(value: T, errorCode: ErrorCode, flag: string): ResolutionDetails<T> {
  const errorMessage = MESSAGES[errorCode]?.(flag) ?? errorCode;
  return { value, reason: StandardResolutionReasons.ERROR, errorCode, errorMessage };
}

function reasonOf(percent: number, targetingKey: string | undefined): string {
  if (percent === 0 || percent === 100) return StandardResolutionReasons.STATIC;
  return targetingKey === undefined
    ? StandardResolutionReasons.DEFAULT
    : StandardResolutionReasons.SPLIT;
}

const read = (text: string, before: KnownFlag | undefined): KnownFlag =>
  before?.text === text ? before : { text, record: parseFlagRecord(text) };

const changedBetween = (
  before: ReadonlyMap<string, KnownFlag>,
  after: ReadonlyMap<string, KnownFlag>,
): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter(
    (flag) => before.get(flag)?.text !== after.get(flag)?.text,
  );
