import {
  PRIVATE_KEY,
  SECRET,
  VECTOR,
  VECTOR_ED25519,
  VECTOR_HMAC,
  VECTOR_TEXT,
} from '../test/support/signing-keys.js';

/** How publishers in other languages sign; what it shows is what the tests hold. */
export function signedJobsSection(): string {
  const { data, publisher, audience, issuedAt, nonce } = VECTOR;
  const head = { publisher, audience, algorithm: 'hmac-sha256', issuedAt, nonce };
  const signature = { ...head, value: VECTOR_HMAC };
  return `## Signed jobs

With \`security.requireSignedJobs\` workers take no job but those of \`security.publishers\`, and those that the store says are owed.
\`createProducer({ signing: { name, privateKey } })\` signs by itself, the command line with \`SIGNALBOX_SIGNING_NAME\` and \`SIGNALBOX_SIGNING_KEY\`.
Whoever uses BullMQ directly chooses the job's id (\`job_\` and a ULID, say; it is signed as well) and puts this into the data:

\`\`\`json
${JSON.stringify({ signature }, null, 2)}
\`\`\`

- \`audience\`: the installation that the job is for, as \`security.audience\` of its workers says, or else its namespace. A job signed for staging is refused in production.
- \`issuedAt\`: epoch milliseconds; accepted within \`security.replayWindow\`, which is therefore also how long a job may wait for a worker.
- \`nonce\`: at least 128 random bits as base64url without padding, used once.
- \`value\`: base64url without padding of HMAC-SHA256 (a secret of at least 32 bytes) or Ed25519 over the UTF-8 bytes of the line \`signalbox-job-v2\`, a line feed, and the canonical JSON (RFC 8785: keys sorted, no white space, numbers as ECMAScript writes them) of an object with \`audience\`, \`data\` (without \`signature\`), \`issuedAt\`, \`jobId\`, \`name\` (of the job), \`namespace\`, \`nonce\`, \`publisher\` and \`queue\` (\`plan\`, \`execute\`, \`verify\` or \`rollback\`).

Test vector: in the queue \`${VECTOR.queue}\` of the namespace \`${VECTOR.namespace}\` the job \`${VECTOR.name}\` with the id \`${VECTOR.jobId}\` and the data

\`\`\`json
${JSON.stringify(data)}
\`\`\`

is signed over

\`\`\`text
${VECTOR_TEXT}
\`\`\`

| key | signature |
|---|---|
| HMAC-SHA256, \`${SECRET}\` | \`${VECTOR_HMAC}\` |
| Ed25519, PKCS#8 \`${PRIVATE_KEY.split('\n')[1]}\` | \`${VECTOR_ED25519}\` |
`;
}
