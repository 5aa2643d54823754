import { randomBytes } from 'node:crypto';

const IMAGE = 'redis:7-alpine';
const ENGINE_WITHIN_MS = 3_000;

export interface ContainerLaunch {
  /** `null` keeps the data in the container, which is thrown away. */
  readonly dataDir: string | null;
  readonly port?: number | undefined;
  /** Whether an image that is not here may be pulled. */
  readonly fetch: boolean;
}

export interface RedisContainer {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** @throws Error with the reason when no container engine answers */
export async function requireContainerEngine(): Promise<void> {
  await openEngine();
}

/** @throws Error with the reason when it can't be had */
export async function startRedisContainer(launch: ContainerLaunch): Promise<RedisContainer> {
  const { testcontainers, engine } = await openEngine();
  if (!launch.fetch) {
    const here = await engine.image.exists(testcontainers.ImageName.fromString(IMAGE));
    if (!here) throw new Error(`the image ${IMAGE} is not here, and fetching is switched off`);
  }
  // Testcontainers publishes the port on every network of the machine, so a password guards it.
  const password = randomBytes(18).toString('base64url');
  const { port, dataDir } = launch;
  const inside = 6379;
  let container = new testcontainers.GenericContainer(IMAGE)
    .withExposedPorts(port === undefined ? inside : { container: inside, host: port })
    .withCommand([...COMMAND, '--requirepass', password, ...(dataDir === null ? [] : PERSISTENT)])
    .withWaitStrategy(testcontainers.Wait.forLogMessage(/Ready to accept connections/));
  if (dataDir !== null) {
    container = container.withBindMounts([{ source: dataDir, target: '/data' }]);
    // Otherwise the files would belong to the image's own user.
    if (process.getuid !== undefined && process.getgid !== undefined) {
      container = container.withUser(`${process.getuid()}:${process.getgid()}`);
    }
  }
  const started = await container.start();
  const published = started.getMappedPort(inside);
  return {
    url: `redis://:${password}@${started.getHost()}:${published}`,
    port: published,
    stop: async () => {
      await started.stop({ timeout: 10_000 });
    },
  };
}

const COMMAND = ['redis-server', '--maxmemory-policy', 'noeviction', '--hz', '100', '--save', ''];
const PERSISTENT = ['--dir', '/data', '--appendonly', 'yes', '--appendfsync', 'everysec'];

async function openEngine() {
  const testcontainers = await import('testcontainers').catch((error: unknown) => {
    throw new Error('the npm package testcontainers is not installed', { cause: error });
  });
  const engine = await within(ENGINE_WITHIN_MS, testcontainers.getContainerRuntimeClient());
  return { testcontainers, engine };
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no container engine answered in ${milliseconds / 1000} s`));
    }, milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
