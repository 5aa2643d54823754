import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';

export const SIGNATURE_ALGORITHMS = ['hmac-sha256', 'ed25519'] as const;

/** Who published a job, in its data beside what it asks for. */
export const JobSignatureSchema = z.strictObject({
  /** As the workers' configuration names it. */
  publisher: z.string().min(1).max(200),
  /** For which installation, as `security.audience` of its workers names it. */
  audience: z.string().min(1).max(200),
  algorithm: z.enum(SIGNATURE_ALGORITHMS),
  /** Epoch milliseconds. */
  issuedAt: z.int().min(0).max(8_640_000_000_000_000),
  /** At least 128 random bits: no two signatures share one. */
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22,128}$/, 'expected 22 to 128 letters of base64url'),
  value: z.string().regex(/^[A-Za-z0-9_-]{43,128}$/, 'expected a signature as base64url'),
});

export type JobSignature = z.output<typeof JobSignatureSchema>;

/** What a signature holds together: nothing of it can be put with something else. */
export interface SignedContent extends Omit<JobSignature, 'value' | 'algorithm'> {
  /** The prefix of the installation's keys and queues. */
  readonly namespace: string;
  readonly queue: string;
  readonly name: string;
  readonly jobId: string;
  /** With or without the signature in it: it is left out. */
  readonly data: object;
}

/**
 * The text whose UTF-8 bytes are signed: a line that says what this is, then
 * canonical JSON. `docs/reference/jobs.md` shows it with a test vector.
 */
export function signedText({ data, ...head }: SignedContent): string {
  const { audience, issuedAt, jobId, name, namespace, nonce, publisher, queue } = head;
  const place = { audience, namespace, queue };
  const content = { ...place, issuedAt, jobId, name, nonce, publisher };
  return `signalbox-job-v2\n${canonicalJson({ ...content, data: withoutSignature(data) })}`;
}

/** Signs what a publisher is about to put on a queue. */
export type JobSigner = (job: {
  readonly queue: string;
  readonly name: string;
  readonly jobId: string;
  readonly data: object;
}) => JobSignature;

export const withoutSignature = (data: object): object =>
  Object.fromEntries(Object.entries(data).filter(([field]) => field !== 'signature'));
