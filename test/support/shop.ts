import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';

const SERVER = fileURLToPath(new URL('../../examples/shop/server.mjs', import.meta.url));

/** One running instance of the example shop. */
export interface Shop {
  readonly url: string;
  readonly address: string;
  readonly child: ChildProcess;
  /** Resolves when it has said so. */
  readonly says: (text: string) => Promise<void>;
  /** SIGTERM; gives the exit code. */
  readonly stop: () => Promise<number | null>;
}

/** @param environment how it behaves, as examples/shop/behaviour.mjs describes */
export async function startShop({
  version,
  target = 'shop-1',
  port,
  environment = {},
}: {
  readonly version: string;
  readonly target?: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<Shop> {
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const child = spawn(process.execPath, [SERVER], {
    env: {
      ...environment,
      PORT: address.split(':')[1],
      VERSION: version,
      SIGNALBOX_TARGET_ID: target,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit').then(([code]) => {
    process.off('exit', kill);
    return code as number | null;
  });
  let said = '';
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
    child.emit('said');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const says = async (text: string): Promise<void> => {
    while (!said.includes(text)) {
      // oxlint-disable-next-line no-await-in-loop -- until it is said
      const code = await Promise.race([once(child, 'said').then(() => null), ended]);
      if (code !== null) throw new Error(`the shop ended with ${code} and said: ${said}`);
    }
  };
  await says('listens on');
  return {
    url: `http://${address}`,
    address,
    child,
    says,
    stop: async () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
