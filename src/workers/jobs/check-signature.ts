import type { QueueName } from '../../contracts/jobs/define-job.js';
import { type JobSignature, signedText } from '../../contracts/values/signed-job.js';
import { type ServiceRef, serviceKey } from '../../domain/model/ids.js';
import { err, ok, type Result } from '../../domain/model/result.js';

/** Somebody whose jobs are taken, as far as these settings go. */
export interface Publisher {
  readonly name: string;
  readonly algorithm: JobSignature['algorithm'];
  /** `null`: all. */
  readonly services: ReadonlySet<string> | null;
  readonly environments: ReadonlySet<string> | null;
  readonly jobs: ReadonlySet<QueueName>;
  /** Whether one of the publisher's keys made this signature of the text. */
  fits(text: string, signature: string): boolean;
}

/** What is known of a job whose signature is right. */
export interface Signed {
  /** Why its publisher may not publish for this service, or `null`. */
  refusalOf(subject: ServiceRef): string | null;
}

/** The installation that jobs must be signed for. */
export interface SignedFor {
  readonly namespace: string;
  readonly audience: string;
}

interface SignedJob {
  readonly queue: QueueName;
  readonly name: string;
  readonly jobId: string;
  readonly data: object;
}

/** @returns an error that names the field; nobody learns from it how the right signature looks */
export function checkSignature(
  publisher: Publisher | undefined,
  { queue, name, jobId, data }: SignedJob,
  signature: JobSignature,
  { namespace, audience }: SignedFor,
  { earliest, latest }: { readonly earliest: number; readonly latest: number },
): Result<Signed, string> {
  const said = JSON.stringify(signature.publisher);
  if (publisher === undefined)
    return err(`signature.publisher: no publisher ${said} is known here`);
  if (publisher.algorithm !== signature.algorithm) {
    return err(`signature.algorithm: ${said} signs with ${publisher.algorithm}`);
  }
  const { issuedAt, nonce } = signature;
  const place = { namespace, queue, audience: signature.audience };
  const head = { ...place, name, jobId, publisher: publisher.name, issuedAt, nonce };
  if (!publisher.fits(signedText({ ...head, data }), signature.value)) {
    return err(
      `signature: it is not ${said}'s signature of this job and its id, for the queue ${queue} of the namespace ${namespace}`,
    );
  }
  if (signature.audience !== audience) {
    return err(
      `signature.audience: the job is signed for ${JSON.stringify(signature.audience)}, and this is ${JSON.stringify(audience)}`,
    );
  }
  if (issuedAt < earliest) {
    return err(
      `signature.issuedAt: ${earliest - issuedAt} ms too old, as replayWindow has it; publish it anew`,
    );
  }
  if (issuedAt > latest) return err('signature.issuedAt: it is in the future; look at the clocks');
  if (!publisher.jobs.has(queue))
    return err(`signature.publisher: ${said} may not publish ${name}`);
  return ok({ refusalOf: (subject) => outOfScope(publisher, subject) });
}

function outOfScope(
  { name, services, environments }: Publisher,
  subject: ServiceRef,
): string | null {
  const inScope =
    services?.has(subject.service) !== false && environments?.has(subject.environment) !== false;
  return inScope
    ? null
    : `signature.publisher: ${JSON.stringify(name)} may not publish for ${serviceKey(subject)}`;
}
