import { join } from 'node:path';
import type { LocalProcessDriverSpec } from '../../../contracts/config/driver.schema.js';
import type { Evidence } from '../../../domain/model/target.js';
import type {
  DriverCall,
  DriverFailure,
  TargetDriver,
} from '../../../domain/ports/target-driver.js';
import { ok, type Result } from '../../../domain/model/result.js';
import type { DriverDependencies } from '../process/driver-dependencies.js';
import { resolveSecrets } from '../../net/resolve-secrets.js';
import { failed, messageOf } from '../process/driver-failure.js';
import { FenceRecord } from './fence-record.js';
import { type Instance, InstanceStore } from './instance-store.js';
import { isAskedFor, startedFor, takeOn } from './already-there.js';
import { argvFor } from './launch-service.js';
import { listProcesses } from './list-processes.js';
import { observeProcess } from './observe-process.js';
import { releaseFolder } from './release-folder.js';
import { type Replacement, replaceVersion } from './replace-version.js';
import { ServiceLog } from './service-log.js';
import { targetFolder, unpackedDir } from './target-folder.js';
import { oneAtATime } from './target-lock.js';
import { OutputLines } from '../process/output-lines.js';
import { templateProblem } from '../process/placeholders.js';
import { parseAddress } from '../process/target-address.js';

type Answer = Result<Evidence, DriverFailure>;

/** Unpacking, writing and looking, on top of the starts and stops. */
const OVERHEAD_MS = 60_000;

/**
 * Really runs the service: one process per target, on the port of the target's
 * address, in a session of its own that outlives the worker.
 *
 * @throws TypeError for a template that no call can fill
 */
export function createLocalProcessDriver(
  spec: LocalProcessDriverSpec,
  { environment, output }: DriverDependencies,
): TargetDriver {
  for (const template of [...spec.argv, spec.release ?? '', spec.archive ?? '']) {
    const problem = templateProblem(template, 'call');
    if (problem !== null) throw new TypeError(problem);
  }
  return {
    kind: spec.kind,
    fences: true,
    removes: true,
    // At the worst: one that was found, a trial, the old one stopped, the new one tried and stopped, the old one started.
    timeoutMs: 4 * (spec.readyTimeout + spec.stopGrace) + OVERHEAD_MS,
    async apply(call, signal) {
      const folder = targetFolder(spec.stateDir, call);
      try {
        return await oneAtATime(folder, { fence: call.fence, signal }, (either) =>
          apply(spec, { call, folder, environment, output }, either),
        );
      } catch (error) {
        // Only what files, folders and signals do to the driver itself gets here.
        return failed('driver/misconfigured', `target ${call.target.id}: ${messageOf(error)}`);
      }
    },
    async settle(call, signal) {
      const folder = targetFolder(spec.stateDir, call);
      // Whoever asks has a newer fence; a sleeper that wakes up with the old one comes too late.
      const fence = call.fence + 1;
      await new FenceRecord(folder).raise(fence);
      return oneAtATime(folder, { fence, signal }, async () => {
        const store = new InstanceStore(folder);
        const started = await startedFor(store, call);
        await store.endStrays(spec.stopGrace, started);
        return 0;
      });
    },
    list: () => listProcesses(spec.stateDir),
    observe: (call, signal) =>
      observeProcess(spec, { folder: targetFolder(spec.stateDir, call), call }, signal),
  };
}

interface Work {
  readonly call: DriverCall;
  readonly folder: string;
  readonly environment: DriverDependencies['environment'];
  readonly output: DriverDependencies['output'];
}

async function apply(
  spec: LocalProcessDriverSpec,
  { call, folder, environment, output }: Work,
  signal: AbortSignal,
): Promise<Answer> {
  if (signal.aborted) return failed('driver/aborted', 'stopped before it began');
  const fences = new FenceRecord(folder);
  if (!(await fences.raise(call.fence))) {
    return failed('driver/fenced', `fence ${call.fence} is older than one in ${folder}/fences`);
  }
  const store = new InstanceStore(folder);
  const started = await startedFor(store, call);
  await store.endStrays(spec.stopGrace, started);
  const current = await store.current();
  const { version } = call;
  if (version === null) return remove(spec, store, current);

  const address = parseAddress(call.target.address);
  if (address === null || address.port === null) {
    const what = `the address of ${call.target.id} must be host:port`;
    return failed('driver/misconfigured', `${what}, and is ${JSON.stringify(call.target.address)}`);
  }
  const { host, port } = address;
  const configured = await resolveSecrets(spec.env, environment);
  if (!configured.ok) return failed('driver/misconfigured', configured.error);
  const argv = argvFor(spec.argv, { call, host, port });
  if (!argv.ok) return failed('driver/misconfigured', argv.error);

  const found = started ?? (isAskedFor(current, call) ? current : null);
  const there = found !== null && (await takeOn(spec, { store, fences, found, call }, signal));
  if (there) return there;
  const release = await releaseFolder(spec, call, unpackedDir(spec.stateDir));
  if (!release.ok) return release;
  const { values, secrets } = configured.value;
  const log = new ServiceLog(join(folder, 'service.log'));
  const said = output?.open(call);
  const lines = new OutputLines(secrets, (some) => said?.write(some));
  const replacement: Replacement = {
    call: { ...call, version },
    host,
    port,
    release: release.value,
    current,
    store,
    fences,
    setting: { argv: spec.argv, workerEnvironment: environment, configured: values, log },
    readyPath: spec.readyPath,
    readyTimeoutMs: spec.readyTimeout,
    stopGraceMs: spec.stopGrace,
    probation: spec.probation,
    output: lines,
    secrets,
  };
  try {
    return await replaceVersion(replacement, signal);
  } finally {
    lines.end();
    said?.end();
  }
}

async function remove(
  { stopGrace }: LocalProcessDriverSpec,
  store: InstanceStore,
  current: Instance | null,
): Promise<Answer> {
  const stopped = current !== null && (await store.stop(current, stopGrace));
  await store.clear();
  return ok({ running: false, stopped, removed: current?.version ?? null });
}

export { stopAllProcesses } from './stop-all-processes.js';
