import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { AbstractConnector, type RedisOptions, SentinelConnector } from 'ioredis';

/** What a Redis speaks TLS with; the clients that duplicate one made with it take it over. */
type Connector = NonNullable<RedisOptions['Connector']>;

/**
 * ioredis listens for one error of each socket. A TLS socket may tell of a second
 * one, an alert that comes as the connection is closed, and in Node an error that
 * nobody hears ends the process.
 */
function heard<T extends NodeJS.EventEmitter>(socket: T): T {
  return socket.on('error', () => {});
}

interface Place {
  readonly host?: string;
  readonly port?: number;
  readonly family?: number;
  readonly path?: string;
  readonly disconnectTimeout: number;
  readonly tls: ConnectionOptions;
}

class ServerConnector extends AbstractConnector {
  readonly #place: Place;

  constructor(options: unknown) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ioredis hands its own options over
    const place = options as Place;
    super(place.disconnectTimeout);
    this.#place = place;
  }

  override async connect(): Promise<TLSSocket> {
    this.connecting = true;
    await new Promise((resolve) => process.nextTick(resolve));
    if (!this.connecting) throw new Error('Connection is closed.');
    const { host, port, family, path, tls } = this.#place;
    const place = path ? { path } : { host, port, family };
    const socket = heard(connect({ ...place, ...tls }));
    socket.once('error', (error: Error) => {
      this.firstError = error;
    });
    this.stream = socket;
    return socket;
  }
}

class PrimaryConnector extends SentinelConnector {
  constructor(options: unknown) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ioredis hands its own options over
    super(options as ConstructorParameters<typeof SentinelConnector>[0]);
  }

  override async connect(
    ...told: Parameters<SentinelConnector['connect']>
  ): ReturnType<SentinelConnector['connect']> {
    return heard(await super.connect(...told));
  }
}

/** The one to connect with, or none where ioredis' own will do. */
export function tlsConnector({ tls, sentinels }: Pick<RedisOptions, 'tls' | 'sentinels'>): {
  readonly Connector?: Connector;
} {
  if (tls === undefined) return {};
  return { Connector: sentinels === undefined ? ServerConnector : PrimaryConnector };
}
