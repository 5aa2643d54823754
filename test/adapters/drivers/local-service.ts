import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import {
  createLocalProcessDriver,
  stopAllProcesses,
} from '../../../src/adapters/drivers/local-process/local-process.driver.js';
import { sparePort } from '../../../src/adapters/drivers/local-process/listening-port.js';
import { identify, isAlive } from '../../../src/adapters/drivers/process/process-identity.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { LocalProcessDriverSchema } from '../../../src/contracts/config/driver.schema.js';
import type { DriverCall, TargetDriver } from '../../../src/domain/ports/target-driver.js';
import { driverCall } from './driver-calls.js';

export const SERVICE = fileURLToPath(
  new URL('../../support/fixtures/web-service.mjs', import.meta.url),
);
type Mode = 'ok' | 'exits' | 'never_ready' | 'stubborn' | 'fails_for_real';
interface Answer {
  readonly version: string;
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
}

/** A machine with releases of a service on it, and one target to run them on. */
export class LocalService {
  readonly folder = mkdtempSync(join(tmpdir(), 'signalbox-local-'));
  readonly stateDir = join(this.folder, 'state');
  readonly port: number;

  private constructor(port: number) {
    this.port = port;
  }

  static async make(releases: Readonly<Record<string, Mode>> = {}): Promise<LocalService> {
    const service = new LocalService(await sparePort('127.0.0.1'));
    for (const [version, mode] of Object.entries(releases)) service.release(version, mode);
    return service;
  }

  release(version: string, mode: Mode): void {
    const folder = this.#releaseFolder(version);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'mode'), mode);
  }

  driver(settings: Readonly<Record<string, unknown>> = {}): TargetDriver {
    const source = 'archive' in settings ? {} : { release: join(this.folder, '{version}') };
    return createLocalProcessDriver(
      LocalProcessDriverSchema.parse({
        kind: 'local_process',
        argv: [process.execPath, SERVICE],
        readyPath: '/ready',
        readyTimeout: '20s',
        stopGrace: '300ms',
        stateDir: this.stateDir,
        ...source,
        ...settings,
      }),
      {
        stateDir: join(this.folder, 'unused'),
        clock: systemClock,
        environment: { ...process.env, REDIS_URL: 'redis://:s3cret@db', API_TOKEN: 'tok3n-value' },
      },
    );
  }

  call(text: Parameters<typeof driverCall>[0] = {}): DriverCall {
    const target = { address: `127.0.0.1:${this.port}`, ...text.target };
    return driverCall({ ...text, target });
  }

  async answer(): Promise<Answer | null> {
    try {
      const { body } = await request(`http://127.0.0.1:${this.port}/`, { reset: true });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the fixture answers
      return (await body.json()) as Answer;
    } catch {
      return null;
    }
  }

  /** The pids of every process that a version ever had, children included, that still live. */
  living(version: string): readonly number[] {
    const file = join(this.#releaseFolder(version), 'pids');
    if (!existsSync(file)) return [];
    const pids = readFileSync(file, 'utf8').trim().split('\n').map(Number);
    return pids.filter((pid) => {
      const identity = identify(pid);
      return identity !== null && isAlive(identity);
    });
  }

  started(version: string): boolean {
    return existsSync(join(this.#releaseFolder(version), 'pids'));
  }

  async close(): Promise<void> {
    await stopAllProcesses(this.stateDir, 200);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #releaseFolder(version: string): string {
    return join(this.folder, version);
  }
}
