import type { Evidence } from '../../../domain/model/target.js';
import type { DriverCall, DriverFailure } from '../../../domain/ports/target-driver.js';
import type { Version } from '../../../domain/model/ids.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { redact } from '../process/driver-environment.js';
import { failed, messageOf } from '../process/driver-failure.js';
import { lastBytes } from '../process/output-tail.js';
import type { OutputLines } from '../process/output-lines.js';
import type { FenceRecord } from './fence-record.js';
import { followLog } from './follow-log.js';
import type { Instance, InstanceStore } from './instance-store.js';
import {
  launchService,
  type ServiceSetting,
  type ServiceStart,
  type StartedService,
} from './launch-service.js';
import { isAlive } from '../process/process-identity.js';
import { becomesFree, sparePort } from './listening-port.js';
import { waitUntilReady } from './wait-until-ready.js';

export interface Replacement {
  readonly call: DriverCall & { readonly version: Version };
  readonly host: string;
  readonly port: number;
  readonly release: string;
  readonly current: Instance | null;
  readonly store: InstanceStore;
  readonly fences: FenceRecord;
  readonly setting: ServiceSetting;
  readonly readyPath: string | undefined;
  readonly readyTimeoutMs: number;
  readonly stopGraceMs: number;
  readonly probation: boolean;
  /** Takes what the new version writes until it is ready. */
  readonly output: OutputLines | null;
  /** Never to be shown. */
  readonly secrets: readonly string[];
}

type Answer = Result<Evidence, DriverFailure>;

/** How long the kernel may hold a port whose process was killed. */
const PORT_RELEASE_MS = 3_000;
const LOG_BYTES = 4_096;
const MARGIN_BYTES = 4_096;

/** Puts the new version in the place of the old; whatever goes wrong, what ran before runs again. */
export async function replaceVersion(it: Replacement, signal: AbortSignal): Promise<Answer> {
  if (it.probation) {
    const refusal = await tryFirst(it, signal);
    if (refusal !== null) return refusal;
  }
  if (!(await it.fences.isNewest(it.call.fence))) return outdated(it);
  if (signal.aborted) return stopped();
  const wait = it.current === null ? 0 : PORT_RELEASE_MS;
  if (it.current !== null) await it.store.stop(it.current, it.stopGraceMs);
  if (!(await becomesFree(it.host, it.port, wait))) {
    const message = `port ${it.port} is in use by a process that is not ours`;
    return failed('driver/rejected', message, { evidence: await restore(it, signal) });
  }
  const attempt = await start(it, it, signal);
  if (!(await it.fences.isNewest(it.call.fence))) {
    if (attempt.state === 'ready') await endUnlessTaken(it, attempt.service.launch);
    return outdated(it);
  }
  if (attempt.state !== 'ready') {
    const restored = await restore(it, signal);
    return refused(it, attempt, restored);
  }
  const { process, launch } = attempt.service;
  const { host, port, release } = it;
  const { version, deploymentId, action, fence } = it.call;
  const instance = { launch, process, version, release, host, port, deploymentId, action, fence };
  await it.store.setCurrent(instance);
  return ok({ pid: process.pid, port, version, release, alreadyRunning: false });
}

/** Starts the new version on a spare port and ends it again; the old one is not touched. */
async function tryFirst(it: Replacement, signal: AbortSignal): Promise<Answer | null> {
  let port: number;
  try {
    port = await sparePort(it.host);
  } catch (error) {
    return failed('driver/misconfigured', `no port on ${it.host}: ${messageOf(error)}`);
  }
  const attempt = await start(it, { ...it, port, onProbation: true }, signal);
  if (attempt.state !== 'ready') {
    return refused(it, attempt, { onProbation: true, ...(await keepCurrent(it, signal)) });
  }
  await it.store.end(attempt.service.launch, it.stopGraceMs);
  return null;
}

/** A worker that was killed may have stopped the old version and started no other. */
async function keepCurrent(it: Replacement, signal: AbortSignal): Promise<Evidence> {
  if (it.current === null || isAlive(it.current.process)) {
    return { restored: it.current?.version ?? null };
  }
  const newest = await it.fences.isNewest(it.call.fence);
  return newest ? restore(it, signal) : { restored: null };
}

type Attempt =
  | { readonly state: 'ready'; readonly service: StartedService }
  | {
      readonly state: 'exited' | 'timed_out' | 'aborted' | 'not_started';
      /** The end of what it said. */
      readonly log: string;
    };

/** Starts a service and waits for it; one that does not get ready is ended. */
async function start(
  it: Replacement,
  where: Omit<ServiceStart, 'onProbation'> & { readonly onProbation?: boolean },
  signal: AbortSignal,
): Promise<Attempt> {
  const { call, release, host, port, onProbation = false } = where;
  const started = await launchService(
    it.store,
    { call, release, host, port, onProbation },
    it.setting,
  );
  if (!started.ok) return { state: 'not_started', log: started.error };
  const { process, launch, logFrom } = started.value;
  const path = it.readyPath;
  const unfollow = it.output && followLog(it.setting.log, logFrom, (some) => it.output?.push(some));
  const state = await waitUntilReady(
    { process, host, port, path, timeoutMs: it.readyTimeoutMs },
    signal,
  );
  await unfollow?.();
  if (state === 'ready') return { state, service: started.value };
  await endUnlessTaken(it, launch);
  const tail = await it.setting.log.tail(logFrom, LOG_BYTES + MARGIN_BYTES);
  return { state, log: lastBytes(redact(tail, it.secrets), LOG_BYTES) };
}

/** A newer call may have taken on meanwhile what this one started, and must not find its work undone. */
async function endUnlessTaken({ store, stopGraceMs }: Replacement, launch: string): Promise<void> {
  const taken = (await store.current())?.launch === launch;
  if (!taken) await store.end(launch, stopGraceMs);
}

/**
 * Starts what ran before again. It is waited for even if the call was stopped:
 * a target that runs nothing is worse than a late answer.
 */
async function restore(it: Replacement, signal: AbortSignal): Promise<Evidence> {
  const { current } = it;
  // On a port that something else holds, that one's answers would pass for the service's.
  if (current === null || !(await becomesFree(current.host, current.port, PORT_RELEASE_MS))) {
    return { restored: null };
  }
  const { version, deploymentId, action, fence, release } = current;
  const call = { ...it.call, version, deploymentId, action, fence, previousVersion: null };
  const readyTimeoutMs = signal.aborted ? Math.min(it.readyTimeoutMs, 10_000) : it.readyTimeoutMs;
  const again = await start(
    { ...it, readyTimeoutMs },
    { call, release, host: current.host, port: current.port },
    new AbortController().signal,
  );
  if (again.state !== 'ready') return { restored: null, restoreLog: again.log };
  const { launch, process } = again.service;
  await it.store.setCurrent({ ...current, launch, process });
  return { restored: version };
}

const WHY = {
  exited: 'ended before it was ready',
  timed_out: 'was not ready in time',
  aborted: 'was stopped on request',
  not_started: 'could not be started',
} as const;

function refused(
  it: Replacement,
  { state, log }: Exclude<Attempt, { state: 'ready' }>,
  restored: Evidence,
): Answer {
  const evidence = { ...restored, log };
  if (state === 'aborted') return stopped(evidence);
  const lastLine = log.trimEnd().split('\n').at(-1)?.trim().slice(0, 300);
  const said = lastLine ? `; the end of its log: ${lastLine}` : '';
  const message = `version ${it.call.version} ${WHY[state]}${said}`;
  return failed('driver/rejected', message, { evidence });
}

const outdated = ({ call }: Replacement): Answer =>
  failed('driver/fenced', `fence ${call.fence} is older than one that this target has seen`);

const stopped = (evidence: Evidence = {}): Answer =>
  failed('driver/aborted', 'stopped on request', { evidence });
