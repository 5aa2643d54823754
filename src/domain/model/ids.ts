import { versionRefusal } from './version-text.js';

/**
 * The names of things, each minted by its own parser, so that a `TargetId` is
 * never passed where a `DeploymentId` is due. The patterns keep every name safe
 * inside a Redis key, a BullMQ job id, a file name and an argv element: no
 * colon, no brace, no white space, no leading dash. A version is anything that
 * can be printed, and so is part of no key, id or file name of ours.
 */
declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

export type DeploymentId = Brand<'DeploymentId'>;
export type ServiceName = Brand<'ServiceName'>;
export type EnvironmentName = Brand<'EnvironmentName'>;
export type TargetId = Brand<'TargetId'>;
export type Version = Brand<'Version'>;

export const DEPLOYMENT_ID_PATTERN = /^dep_[0-9a-z]{10,40}$/;
export const SERVICE_NAME_PATTERN = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/;
export const TARGET_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export const DEFAULT_ENVIRONMENT = 'production';

export const deploymentId = (text: string): DeploymentId =>
  mint<'DeploymentId'>(text, DEPLOYMENT_ID_PATTERN, 'a deployment id');
export const serviceName = (text: string): ServiceName =>
  mint<'ServiceName'>(text, SERVICE_NAME_PATTERN, 'a service name');
export const environmentName = (text: string): EnvironmentName =>
  mint<'EnvironmentName'>(text, SERVICE_NAME_PATTERN, 'an environment name');
export const targetId = (text: string): TargetId =>
  mint<'TargetId'>(text, TARGET_ID_PATTERN, 'a target id');
/** @throws TypeError that names the character at fault */
export function version(text: string): Version {
  const refusal = versionRefusal(text);
  if (refusal !== null)
    throw new TypeError(`${JSON.stringify(text.slice(0, 300))} is not a version: ${refusal}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mint: checked on the line above
  return text as Version;
}

/** A service in an environment, as one name: what a slot, a line and an active version belong to. */
export interface ServiceRef {
  readonly environment: EnvironmentName;
  readonly service: ServiceName;
}

export const serviceKey = ({ environment, service }: ServiceRef): string =>
  `${environment}/${service}`;

function mint<Name extends string>(text: string, pattern: RegExp, what: string): Brand<Name> {
  if (!pattern.test(text)) {
    throw new TypeError(`${JSON.stringify(text)} is not ${what}: it must match ${pattern.source}`);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mint: checked on the line above
  return text as Brand<Name>;
}
