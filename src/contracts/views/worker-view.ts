import type { WorkerSign } from '../../domain/fleet/worker-sign.js';

export interface WorkerView {
  readonly id: string;
  readonly host: string;
  readonly version: string;
  readonly alive: boolean;
  readonly startedAt: string;
  readonly seenAt: string;
  /** Whether its configuration file has changed since it started: it has to be restarted to use it. */
  readonly configChanged: boolean;
  /** `all`: whatever service there is. */
  readonly services: 'all' | readonly KnownServiceView[];
}

export interface KnownServiceView {
  /** `*`: every service that is not named. */
  readonly service: string;
  /** `*`: every environment that is not named. */
  readonly environment: string;
  readonly fingerprint: string;
}

/** A worker as `signalbox services --workers --json` prints it. */
export function workerView(sign: WorkerSign): WorkerView {
  const { id, host, version, alive, startedAt, seenAt, configChanged, knowledge } = sign;
  return {
    ...{ id, host, version, alive },
    startedAt: new Date(startedAt).toISOString(),
    seenAt: new Date(seenAt).toISOString(),
    configChanged: configChanged === true,
    services: knowledge.services === 'all' ? 'all' : knowledge.services.flatMap(knownIn),
  };
}

type Known = Exclude<WorkerSign['knowledge']['services'], 'all'>[number];

function knownIn({ service, environments, elsewhere }: Known): readonly KnownServiceView[] {
  const named = Object.entries(environments).map(([environment, fingerprint]) => ({
    ...{ service, environment, fingerprint },
  }));
  return elsewhere === null
    ? named
    : [...named, { service, environment: '*', fingerprint: elsewhere }];
}
