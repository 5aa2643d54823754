import { spawn } from 'node:child_process';
import type { LocalProcessDriverSpec } from '../../../contracts/config/driver.schema.js';
import type { DriverCall } from '../../../domain/ports/target-driver.js';
import { err, ok, type Result } from '../../../domain/model/result.js';
import {
  basicVariables,
  callVariables,
  type WorkerEnvironment,
} from '../process/driver-environment.js';
import { launched } from '../process/launcher.js';
import { callPlaceholders, fillArgv } from '../process/placeholders.js';
import { identify, type ProcessIdentity } from '../process/process-identity.js';
import { hostAndPort } from '../process/target-address.js';
import type { InstanceStore, Placement } from './instance-store.js';
import type { ServiceLog } from './service-log.js';

export interface ServiceStart {
  readonly call: DriverCall;
  readonly release: string;
  readonly host: string;
  readonly port: number;
  /** Whether it is only tried, on a port that nobody knows. */
  readonly onProbation: boolean;
}

export interface ServiceSetting {
  readonly argv: LocalProcessDriverSpec['argv'];
  readonly workerEnvironment: WorkerEnvironment;
  readonly configured: Readonly<Record<string, string>>;
  readonly log: ServiceLog;
}

export interface StartedService {
  readonly launch: string;
  readonly process: ProcessIdentity;
  /** Where its output begins in the log. */
  readonly logFrom: number;
}

/** Starts a service in a session of its own, where it outlives the worker. */
export async function launchService(
  store: InstanceStore,
  start: ServiceStart,
  setting: ServiceSetting,
): Promise<Result<StartedService, string>> {
  const argv = argvFor(setting.argv, start);
  if (!argv.ok) return argv;
  const launch = await store.openLaunch(placementOf(start));
  const [file, ...args] = launched(argv.value, launch);
  const { value: child, from } = setting.log.appending((output) =>
    spawn(file, args, {
      cwd: start.release,
      env: variablesFor(start, setting),
      detached: true,
      stdio: ['ignore', output, output],
    }),
  );
  // Not being able to start shows in the pid that is missing.
  child.on('error', () => {});
  child.unref();
  const process = child.pid === undefined ? null : identify(child.pid);
  return process === null
    ? err('the process could not be started')
    : ok({ launch: launch.id, process, logFrom: from });
}

function placementOf({ call, release, host, port, onProbation }: ServiceStart): Placement | null {
  const { version, deploymentId, action, fence } = call;
  if (onProbation || version === null) return null;
  return { version, release, host, port, deploymentId, action, fence };
}

/** On probation, the address that a command line asks for is where it is tried, not where the old one runs. */
export const argvFor = (
  argv: LocalProcessDriverSpec['argv'],
  { call, host, port }: Pick<ServiceStart, 'call' | 'host' | 'port'>,
): Result<readonly [string, ...string[]], string> =>
  fillArgv(
    argv,
    callPlaceholders({ ...call, target: { ...call.target, address: hostAndPort(host, port) } }),
  );

function variablesFor(
  { call, host, port, onProbation }: ServiceStart,
  { workerEnvironment, configured }: ServiceSetting,
): Record<string, string> {
  return {
    ...basicVariables(workerEnvironment),
    HOST: host,
    ...configured,
    ...callVariables(call),
    PORT: String(port),
    VERSION: call.version ?? '',
    ...(onProbation ? { SIGNALBOX_PROBATION: '1' } : {}),
  };
}
