import type { DriverCall } from '../../../domain/ports/target-driver.js';
import type { ProbeSubject } from '../../../domain/ports/health-probe.js';

type Variables = Readonly<Record<string, string>>;
/** The worker's own environment, or what stands for it in a test. */
export type WorkerEnvironment = Readonly<Record<string, string | undefined>>;

/** What a driver's command sees of the call; part of the contract with the outside. */
export const callVariables = (call: DriverCall): Variables => ({
  SIGNALBOX_DEPLOYMENT_ID: call.deploymentId,
  SIGNALBOX_SERVICE: call.service,
  SIGNALBOX_ENVIRONMENT: call.environment,
  SIGNALBOX_VERSION: call.version ?? '',
  SIGNALBOX_PREVIOUS_VERSION: call.previousVersion ?? '',
  SIGNALBOX_TARGET_ID: call.target.id,
  SIGNALBOX_TARGET_ADDRESS: call.target.address,
  SIGNALBOX_FENCE: String(call.fence),
  SIGNALBOX_ACTION: call.action,
});

/** What a command sees that looks at a target: not what it should find there, or it might only repeat that. */
export const observationVariables = ({ service, environment, target }: DriverCall): Variables => ({
  SIGNALBOX_SERVICE: service,
  SIGNALBOX_ENVIRONMENT: environment,
  SIGNALBOX_TARGET_ID: target.id,
  SIGNALBOX_TARGET_ADDRESS: target.address,
  SIGNALBOX_ACTION: 'observe',
});

export const subjectVariables = ({
  service,
  environment,
  version,
  target,
}: ProbeSubject): Variables => ({
  SIGNALBOX_SERVICE: service,
  SIGNALBOX_ENVIRONMENT: environment,
  SIGNALBOX_VERSION: version ?? '',
  SIGNALBOX_TARGET_ID: target?.id ?? '',
  SIGNALBOX_TARGET_ADDRESS: target?.address ?? '',
});

/** All that is handed on unasked. The rest of the worker's environment holds its secrets. */
const HANDED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'LOGNAME', 'SHELL'];

export const basicVariables = (environment: WorkerEnvironment): Variables =>
  Object.fromEntries(
    HANDED_ON.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Blots out what must not be shown. Very short values are left: blotting them out would only reveal them. */
export function redact(text: string, secrets: readonly string[]): string {
  const longestFirst = secrets
    .filter((secret) => secret.length >= 4)
    .toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}
