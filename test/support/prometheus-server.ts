import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { debianTool } from './debian-tool.js';
import { freeze } from './freeze.js';

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;

/** What is scraped, at `/metrics` of each target; labels are added to every sample. */
export interface ScrapeJob {
  readonly name: string;
  readonly targets: readonly { readonly address: string; readonly labels?: Labels }[];
}
type Labels = Readonly<Record<string, string>>;

export interface PrometheusSettings {
  readonly jobs: readonly ScrapeJob[];
  /** As Prometheus writes durations; `1s` when left out. */
  readonly scrapeInterval?: string;
}

/** A real Prometheus for one test: always the same port, and the same data until it is disposed of. */
export interface PrometheusServer {
  readonly url: string;
  /** In an orderly way; the next `start` finds its data. */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Connections are taken, and nobody answers. */
  readonly pause: () => Promise<void>;
  readonly resume: () => void;
  readonly dispose: () => Promise<void>;
}

/** Resolves when it answers queries. */
export async function startPrometheus(settings: PrometheusSettings): Promise<PrometheusServer> {
  const binary = await debianTool('prometheus');
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-prometheus-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // Its YAML may be written as JSON.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(configuration(settings)));
  let server: ChildProcess | null = null;

  const stop = async (): Promise<void> => {
    if (server !== null) await end(server);
    server = null;
  };
  const start = async (): Promise<void> => {
    if (server !== null) throw new Error('this Prometheus runs already');
    server = await launch(binary, folder, port);
  };
  const running = (): ChildProcess => {
    if (server === null) throw new Error('this Prometheus is stopped');
    return server;
  };
  const dispose = async (): Promise<void> => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  await start().catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  return {
    url,
    stop,
    start,
    pause: async () => freeze(running().pid ?? 0),
    resume: () => void running().kill('SIGCONT'),
    dispose,
  };
}

function configuration({ jobs, scrapeInterval = '1s' }: PrometheusSettings): object {
  return {
    global: { scrape_interval: scrapeInterval, scrape_timeout: scrapeInterval },
    scrape_configs: jobs.map(({ name, targets }) => ({
      job_name: name,
      static_configs: targets.map(({ address, labels = {} }) => ({ targets: [address], labels })),
    })),
  };
}

async function launch(binary: string, folder: string, port: number): Promise<ChildProcess> {
  const child = spawn(
    binary,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  const failed = once(child, 'error').then(([error]) => String(error));
  const until = performance.now() + READY_WITHIN_MS;
  while (!hasEnded(child) && performance.now() < until) {
    // oxlint-disable no-await-in-loop -- asked again until it answers
    if (await isReady(port)) return child;
    await Promise.race([delay(50), failed]);
    // oxlint-enable no-await-in-loop
  }
  await end(child);
  throw new Error(`Prometheus on port ${port} did not get ready: ${said}`);
}

const isReady = async (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/-/ready`, { signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  // A stopped process keeps SIGTERM waiting.
  child.kill('SIGCONT');
  const hard = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(hard);
}
