import { Cluster, type ClusterNode, type ClusterOptions } from 'ioredis';

type Options = NonNullable<ConstructorParameters<typeof Cluster<'legacy'>>[1]>;

/** A client that is between two states for longer than this will not leave by itself. */
const STUCK_MS = 1_000;

/** Clients that were told to close, and not to connect since: known before a constructor is through. */
const closed = new WeakSet<Cluster>();

/**
 * A cluster client that gets over what BullMQ's workers do to it in a failover:
 * they close a waiting client and connect it at once, and wait for its end
 * meanwhile. The last node's farewell may then come when ioredis has begun to
 * connect anew: it takes itself for closed, and neither connects nor ends. Or
 * the end never comes, as it is connected again; or what connects it never
 * settles. Each time a worker would take no job any more.
 */
export class HealingCluster extends Cluster {
  readonly #startNodes: readonly ClusterNode[];

  constructor(nodes: ClusterNode[], options: Options) {
    super(nodes, options);
    this.#startNodes = nodes;
    this.on('close', () => this.#lookSoon());
  }

  /** The hosts that it begins with. */
  get hosts(): readonly string[] {
    return this.#startNodes.flatMap((node) =>
      typeof node === 'object' && node.host !== undefined ? [node.host] : [],
    );
  }

  override connect(): Promise<void> {
    closed.delete(this);
    const connected = super.connect();
    // A cluster that is not well when it is asked is connected to once more, and the first promise forgotten.
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => (): void => {
        this.off('ready', ready).off('end', ended);
        end();
      };
      const ready = settle(resolve);
      const ended = settle(() => reject(new Error('Connection is closed.')));
      this.once('ready', ready).once('end', ended);
      connected.then(ready, (error: Error) => settle(() => reject(error))());
    });
  }

  override disconnect(reconnect = false): void {
    if (!reconnect) this.#promiseEnd();
    super.disconnect(reconnect);
  }

  override async quit(): Promise<'OK'> {
    this.#promiseEnd();
    return super.quit();
  }

  override duplicate(nodes: ClusterNode[] = [], options: ClusterOptions = {}): never {
    const { redisOptions, ...own } = this.options;
    const { redisOptions: others, ...given } = options;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- replies in one shape, which is not ours to vary
    const merged = { ...own, ...given, redisOptions: { ...redisOptions, ...others } } as Options;
    const copy = new HealingCluster(nodes.length > 0 ? nodes : [...this.#startNodes], merged);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its type follows from options that none of us vary
    return copy as never;
  }

  /** Whoever closes it hears of its end, whatever others make of it until then. */
  #promiseEnd(): void {
    closed.add(this);
    let ended = false;
    const hear = (): void => {
      ended = true;
    };
    this.once('end', hear);
    this.#soon(() => {
      this.off('end', hear);
      if (ended) return;
      if (this.#isStuck()) this.status = 'end';
      this.emit('end');
    });
  }

  #lookSoon(): void {
    this.#soon(() => {
      if (!this.#isStuck()) return;
      this.status = 'end';
      this.emit('end');
      if (!closed.has(this)) void this.connect().catch(() => {});
    });
  }

  #soon(work: () => void): void {
    setTimeout(work, STUCK_MS).unref();
  }

  #isStuck(): boolean {
    const between = this.status === 'close' || this.status === 'disconnecting';
    return between && this.nodes().length === 0;
  }
}
