import { z } from 'zod';
import { type DeploymentId, type EnvironmentName, type ServiceName } from '../domain/model/ids.js';
import type { ReleaseJob } from '../domain/release/release-owed.js';
import type { Release } from '../domain/release/release.js';
import { RELEASE_ID_PATTERN, type ReleaseId, releaseId } from '../domain/release/release-id.js';
import { checkOrder } from '../domain/release/release-order.js';
import { deploymentIdForKey, requestDigest } from './values/deployment-id.js';
import {
  EnvironmentNameSchema,
  MetadataSchema,
  ServiceNameSchema,
  TextSchema,
  VersionSchema,
} from './values/schemas.js';
import { StrategySchema } from './strategy/strategy.schema.js';

export const ReleaseIdSchema = z
  .string()
  .regex(RELEASE_ID_PATTERN, 'expected a release id such as rel_01j9z3k8w2')
  .transform(releaseId);

/** Each service is deployed when those it comes `after` are completed; without any, at once. */
const MemberSchema = z.strictObject({
  service: ServiceNameSchema,
  version: VersionSchema,
  after: z.array(ServiceNameSchema).max(100).default([]),
  strategy: StrategySchema.optional(),
});

/** Ask for several services to be brought to their versions in order. */
export const ReleaseRequestSchema = z.strictObject({
  schema: z.literal(1),
  /** One of the caller's own; else it follows from the idempotency key, else it is new. */
  id: ReleaseIdSchema.optional(),
  name: TextSchema.max(200).optional(),
  environment: EnvironmentNameSchema,
  services: z
    .array(MemberSchema)
    .min(1)
    .max(100)
    .superRefine((members, context) => {
      const order = checkOrder(members);
      if (order.ok) return;
      const { path, message } = order.error;
      context.addIssue({ code: 'custom', path: [...path], message });
    }),
  /** Each service goes back to its version, which was stable there. Those that are back stay, whatever `onFailure` says. */
  rollback: z.literal(true).optional(),
  /** What becomes of the finished services when one fails: `rollback` takes them back, last first. */
  onFailure: z.enum(['rollback', 'hold']).default('rollback'),
  requestedBy: TextSchema.max(200).optional(),
  /** The same key in the same environment is one release, however often it is asked for. */
  idempotencyKey: TextSchema.max(200).optional(),
  /** Handed on to each deployment, which has the release's id beside it. */
  metadata: MetadataSchema.refine(
    (entries) => Object.keys(entries).length < 100,
    'expected at most 99 entries',
  ),
});

export type ReleaseRequestInput = z.input<typeof ReleaseRequestSchema>;
export type ReleaseRequestData = z.output<typeof ReleaseRequestSchema>;

/**
 * A release as it enters the store.
 *
 * @param newId used where the request names no release
 * @param at epoch milliseconds
 */
export function newRelease(
  request: ReleaseRequestData,
  newId: () => ReleaseId,
  at: number,
): Release {
  const { environment, services, rollback, idempotencyKey, metadata } = request;
  const id = request.id ?? idFrom(environment, idempotencyKey) ?? newId();
  return {
    id,
    name: request.name ?? null,
    environment,
    members: services.map(({ service, version, after, strategy }) => ({
      service,
      version,
      after,
      strategy: strategy ?? null,
      status: 'pending',
      deploymentId: memberDeploymentId({ id, environment }, service, 1),
      attempt: 1,
      inPlace: false,
      reason: null,
    })),
    onFailure: rollback ? 'hold' : request.onFailure,
    ...(rollback && { rollback }),
    state: { status: 'running', stop: null },
    revision: 1,
    createdAt: at,
    endedAt: null,
    requestedBy: request.requestedBy ?? null,
    idempotencyKey: idempotencyKey ?? null,
    digest: requestDigest(request),
    metadata,
  };
}

/** Makes a member's plan job the one deployment that its release knows, however often it is published. */
export const memberKey = (id: ReleaseId, service: ServiceName, attempt: number): string =>
  `release:${id}:${service}:${attempt}`;

export const memberDeploymentId = (
  { id, environment }: Pick<Release, 'id' | 'environment'>,
  service: ServiceName,
  attempt: number,
): DeploymentId => deploymentIdForKey({ environment, service }, memberKey(id, service, attempt));

/** The job's own name: publishing it twice is one job. */
export const releaseJobId = ({
  kind,
  release,
  member,
}: Pick<ReleaseJob, 'kind' | 'release' | 'member'>): string =>
  `${release.id}.${member.service}.${nameOf(kind, member)}.${member.attempt}`;

/** Where it is published: the way back to a version is a rollback's job. */
export const releaseJobQueue = ({
  kind,
  release,
}: Pick<ReleaseJob, 'kind' | 'release'>): ReleaseJob['kind'] =>
  release.rollback ? 'rollback' : kind;

/** Calling off what runs is a job of its own: the same member may still have to go back later. */
const nameOf = (kind: ReleaseJob['kind'], { status }: ReleaseJob['member']): string =>
  kind === 'rollback' && status === 'running' ? 'cancel' : kind;

const idFrom = (environment: EnvironmentName, key: string | undefined): ReleaseId | undefined =>
  key === undefined
    ? undefined
    : releaseId(`rel_${requestDigest({ release: key, environment }).slice(0, 26)}`);
